{% macro has_landing_files() -%}
  {{ return(adapter.dispatch('has_landing_files', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__has_landing_files() -%}
  {{ return(adapter.has_csv(lakehouse.landing_path())) }}
{%- endmacro %}

{% macro databricks__has_landing_files() -%}
  {{ return(run_query('select path from (' ~ lakehouse.volume_files() ~ ') as files limit 1').rows | length > 0) }}
{%- endmacro %}
