{% macro landing_path() -%}
  {%- set path = env_var('LAKEHOUSE_LANDING', var('landing_path')) -%}
  {{ return(path.rstrip('/') or path) }}
{%- endmacro %}
