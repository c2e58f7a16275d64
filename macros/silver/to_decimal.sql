{% macro to_decimal(value, precision=12, scale=2) -%}
  {{ return(adapter.dispatch('to_decimal', 'lakehouse')(value, precision, scale)) }}
{%- endmacro %}

{% macro default__to_decimal(value, precision, scale) -%}
  {%- set exact = 'try_cast(' ~ lakehouse.plain_number(value) ~ ' as decimal(38, 18))' -%}
  try_cast(round({{ exact }}, {{ scale }}) as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}
