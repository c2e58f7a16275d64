{% macro allocated_share(total, part, whole) -%}
  {{ return(adapter.dispatch('allocated_share', 'lakehouse')(total, part, whole)) }}
{%- endmacro %}

{% macro default__allocated_share(total, part, whole) -%}
  {#- multiplied before it is divided: a quotient rounded first would tip shares that end on half a cent -#}
  round(
    {{ lakehouse.safe_divide(
      'cast(' ~ total ~ ' as decimal(12, 2)) * cast(' ~ part ~ ' as decimal(12, 2))', whole, 0
    ) }},
    2
  )
{%- endmacro %}
