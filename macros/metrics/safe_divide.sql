{% macro safe_divide(numerator, denominator, default='null') -%}
  {{ return(adapter.dispatch('safe_divide', 'lakehouse')(numerator, denominator, default)) }}
{%- endmacro %}

{% macro default__safe_divide(numerator, denominator, default) -%}
  coalesce(
    cast({{ numerator }} as decimal(28, 4)) / nullif(cast({{ denominator }} as decimal(28, 4)), 0),
    {{ default }}
  )
{%- endmacro %}
