{#- How many rows a model has, times a factor, in each group or in all. -#}
{% macro _row_counts(model, keys, row_condition, factor=1) %}
  {%- do dbt_expectations._require_list("group by", keys) %}
  select
    {% for key in keys or [] -%}
    {{ key }} as col_{{ loop.index }},
    {% endfor -%}
    count(*) * {{ factor }} as row_count
  from {{ model }}
  {%- if row_condition %}
  where {{ row_condition }}
  {%- endif %}
  {%- if keys %}
  group by {{ keys | join(", ") }}
  {%- endif %}
{%- endmacro %}
