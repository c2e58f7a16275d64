{% macro staged_file(file) -%}
  {{ return(adapter.dispatch('staged_file', 'lakehouse')(file)) }}
{%- endmacro %}

{% macro spark_connect__staged_file(file) -%}
  {{ return(adapter.stage_csv(lakehouse.landing_path(), file.path, file.sha256, lakehouse.file_limits())) }}
{%- endmacro %}

{% macro databricks__staged_file(file) -%}
  {#- nothing is staged: the warehouse reads the volume -#}
  {{ return({'columns': lakehouse.volume_header(file.path), 'data': none, 'rejects': none}) }}
{%- endmacro %}
