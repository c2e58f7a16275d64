{% macro stray_files(paths) -%}
  {%- set strays = [] -%}
  {%- set entities = lakehouse.landing_entities() -%}
  {%- for path in paths -%}
    {%- set name = path.split('/')[0] if '/' in path else path.removesuffix('.gz').removesuffix('.csv') -%}
    {%- do strays.append(path) if name not in entities -%}
  {%- endfor -%}
  {{ return(strays) }}
{%- endmacro %}
