{% macro in_months(months, column='_month') -%}
  {{ return(adapter.dispatch('in_months', 'lakehouse')(months, column)) }}
{%- endmacro %}

{% macro default__in_months(months, column) -%}
  {%- if months is none -%}true
  {%- elif months -%}{{ column }} in ('{{ months | join("', '") }}')
  {%- else -%}false
  {%- endif -%}
{%- endmacro %}
