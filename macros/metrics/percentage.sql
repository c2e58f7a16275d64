{% macro percentage(part, whole) -%}
  {{ return(adapter.dispatch('percentage', 'lakehouse')(part, whole)) }}
{%- endmacro %}

{% macro default__percentage(part, whole) -%}
  cast(round({{ lakehouse.cap(lakehouse.safe_divide('100 * (' ~ part ~ ')', whole, 0), 100) }}, 2) as decimal(5, 2))
{%- endmacro %}
