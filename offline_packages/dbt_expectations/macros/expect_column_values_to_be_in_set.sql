{#- Null is in no set: give it a row_condition where nulls are welcome. -#}
{% test expect_column_values_to_be_in_set(model, column_name, value_set, quote_values=true, row_condition=none) %}
{%- do dbt_expectations._require_list("value_set", value_set) %}
{%- if not value_set -%}
  {{ exceptions.raise_compiler_error("`value_set` must have at least one value.") }}
{%- endif %}
with considered as (
  select *
  from {{ model }}
  {%- if row_condition %}
  where {{ row_condition }}
  {%- endif %}
),

allowed as (
  {% for value in value_set -%}
  select {% if quote_values %}cast('{{ value }}' as {{ dbt.type_string() }}){% else %}{{ value }}{% endif %} as allowed_by_value_set
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
)

select considered.*
from considered
left anti join allowed on {{ column_name }} = allowed_by_value_set
{% endtest %}
