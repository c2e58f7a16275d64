{% macro landing_path() -%}
  {{ return(env_var('LAKEHOUSE_LANDING', var('landing_path'))) }}
{%- endmacro %}
