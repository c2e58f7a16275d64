{% macro restore(batch, table=none) -%}
  {%- if execute -%}
    {%- set files = lakehouse.relation_of('ingested_files') -%}
    {%- set started = run_query(
      'select cast(ingested_at as string) from ' ~ files ~ ' where batch_id = ' ~ batch ~ ' limit 1'
    ).rows -%}
    {%- if not started -%}
      {%- do exceptions.raise_compiler_error('There is no batch ' ~ batch ~ ' in ' ~ files ~ '.') -%}
    {%- endif -%}
    {%- set tables = lakehouse.lakehouse_tables(table) -%}
    {%- for relation in tables -%}
      {%- do log(relation ~ ': ' ~ lakehouse.restore_table(relation, started[0][0]), info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{% macro restore_table(relation, moment) -%}
  {{ return(adapter.dispatch('restore_table', 'lakehouse')(relation, moment)) }}
{%- endmacro %}

{% macro databricks__restore_table(relation, moment) -%}
  {%- set version = run_query(
    "select max(version) from (describe history " ~ relation ~ ") where timestamp < timestamp'" ~ moment ~ "'"
  ).rows[0][0] -%}
  {%- if version is none -%}
    {%- do adapter.drop_relation(relation) -%}
    {{ return('removed, it did not exist') }}
  {%- endif -%}
  {%- do run_query('restore table ' ~ relation ~ ' to version as of ' ~ version) -%}
  {{ return('restored to version ' ~ version) }}
{%- endmacro %}

{% macro spark_connect__restore_table(relation, moment) -%}
  {{ return(adapter.restore_table(relation, moment)) }}
{%- endmacro %}
