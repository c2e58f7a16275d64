{% test expect_compound_columns_to_be_unique(
  model, column_list, quote_columns=false, ignore_row_if="all_values_are_missing", row_condition=none
) %}
{%- do dbt_expectations._require_list("column_list", column_list) %}
{%- if not column_list -%}
  {{ exceptions.raise_compiler_error("`column_list` must name at least one column.") }}
{%- endif %}
{%- set junctions = {"all_values_are_missing": " and ", "any_value_is_missing": " or "} %}
{%- if ignore_row_if not in junctions -%}
  {{ exceptions.raise_compiler_error(
    "`ignore_row_if` must be one of: " ~ (junctions | join(", ")) ~ ". Got: '" ~ ignore_row_if ~ "'."
  ) }}
{%- endif %}
{%- set columns = [] %}
{%- for column in column_list %}
  {%- do columns.append(adapter.quote(column) if quote_columns else column) %}
{%- endfor %}
{%- set missing = [] %}
{%- for column in columns %}
  {%- do missing.append(column ~ " is null") %}
{%- endfor %}
select
  {{ columns | join(", ") }},
  count(*) as n_records
from {{ model }}
where
  {# Not in parentheses: the package that this one stands in for reads an `or` the same way. -#}
  {% if row_condition -%}
  {{ row_condition }} and
  {% endif -%}
  not ({{ missing | join(junctions[ignore_row_if]) }})
group by {{ columns | join(", ") }}
having count(*) > 1
{% endtest %}
