{% macro replace_months(months) -%}
  {{ return(adapter.dispatch('replace_months', 'lakehouse')(months)) }}
{%- endmacro %}

{% macro default__replace_months(months) -%}
  {%- if months is not none -%}
  {{ replace_where(lakehouse.in_months(months) if months else none) }}
  {%- endif -%}
{%- endmacro %}
