{% macro clear_staged_files(results) -%}
  {{ return(adapter.dispatch('clear_staged_files', 'lakehouse')(results)) }}
{%- endmacro %}

{% macro default__clear_staged_files(results) -%}{%- endmacro %}

{% macro spark_connect__clear_staged_files(results) -%}
  {%- if execute -%}
    {%- set built = [] -%}
    {%- for result in results if result.status == 'success' and result.node.name.startswith('stg_') -%}
      {%- do built.append(result.node.name) -%}
    {%- endfor -%}
    {%- if built | length == lakehouse.landing_entities() | length + 1 -%}
      {%- do adapter.clear_staged_csv() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
