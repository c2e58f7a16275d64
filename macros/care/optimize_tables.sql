{#-
  `dbt run-operation optimize`: join the small files of every table, and delete those that no version of the last
  `retention_hours` reads. Versions from before can no longer be restored.
-#}
{% macro optimize(retention_hours=168, table=none) -%}
  {%- if execute -%}
    {%- for relation in lakehouse.lakehouse_tables(table) -%}
      {%- do log(relation ~ ': ' ~ lakehouse.optimize_table(relation, retention_hours), info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{% macro optimize_table(relation, retention_hours) -%}
  {{ return(adapter.dispatch('optimize_table', 'lakehouse')(relation, retention_hours)) }}
{%- endmacro %}

{% macro spark_connect__optimize_table(relation, retention_hours) -%}
  {{ return(adapter.optimize_table(relation, retention_hours)) }}
{%- endmacro %}
