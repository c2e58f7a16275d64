{% macro optimize_tables(retention_hours=168, table=none) -%}
  {%- if execute -%}
    {%- for relation in lakehouse.lakehouse_tables(table) -%}
      {%- do log(relation ~ ': ' ~ lakehouse.optimize_table(relation, retention_hours), info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{% macro optimize_table(relation, retention_hours) -%}
  {{ return(adapter.dispatch('optimize_table', 'lakehouse')(relation, retention_hours)) }}
{%- endmacro %}

{% macro databricks__optimize_table(relation, retention_hours) -%}
  {%- do run_query('optimize ' ~ relation) -%}
  {%- do run_query('vacuum ' ~ relation ~ ' retain ' ~ retention_hours ~ ' hours') -%}
  {{ return('small files joined, old files deleted') }}
{%- endmacro %}

{% macro spark_connect__optimize_table(relation, retention_hours) -%}
  {{ return(adapter.optimize_table(relation, retention_hours)) }}
{%- endmacro %}
