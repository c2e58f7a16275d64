{#- The groups that break a condition on aggregates, with their keys and, if named, the measured value. Without keys, all
    rows are one group. A condition that is null is not broken. -#}
{% macro _failing_groups(model, condition, keys, row_condition, measured=none, test_condition="= true") %}
{%- do dbt_expectations._require_list("group by", keys) %}
with judged as (
  select
    {% for key in keys or [] -%}
    {{ key }} as col_{{ loop.index }},
    {% endfor -%}
    {% if measured -%}
    {{ measured }} as measured,
    {% endif -%}
    {{ condition }} as expression
  from {{ model }}
  {%- if row_condition %}
  where {{ row_condition }}
  {%- endif %}
  {%- if keys %}
  group by {{ keys | join(", ") }}
  {%- endif %}
)

select *
from judged
where not (expression {{ test_condition }})
{% endmacro %}
