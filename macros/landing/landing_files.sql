{% macro landing_files() -%}
  {{ return(adapter.dispatch('landing_files', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__landing_files() -%}
  {{ return(adapter.csv_paths(lakehouse.landing_path())) }}
{%- endmacro %}

{% macro databricks__landing_files() -%}
  {{ return(lakehouse.values_of('select path from (' ~ lakehouse.volume_files() ~ ') as files')) }}
{%- endmacro %}
