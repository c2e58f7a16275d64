{% macro to_integer(value) -%}
  {{ return(adapter.dispatch('to_integer', 'lakehouse')(value)) }}
{%- endmacro %}

{% macro default__to_integer(value) -%}
  {#- null for a fraction other than .0 -#}
  try_cast(
    nullif(regexp_extract({{ lakehouse.plain_number(value) }}, '^[+]?(-?[0-9]+)([.]0*)?$', 1), '') as int
  )
{%- endmacro %}
