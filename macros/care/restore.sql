{#- All versions are looked up before a table is touched: one that is no longer there must not leave half a restore. -#}
{% macro restore(batch, table=none) -%}
  {%- if execute -%}
    {%- set files = lakehouse.relation_of('ingested_files') -%}
    {%- set started = run_query(
      'select cast(ingested_at as string) from ' ~ files ~ ' where batch_id = ' ~ batch ~ ' limit 1'
    ).rows -%}
    {%- if not started -%}
      {%- do exceptions.raise_compiler_error('There is no batch ' ~ batch ~ ' in ' ~ files ~ '.') -%}
    {%- endif -%}
    {%- set found = [] -%}
    {%- for relation in lakehouse.lakehouse_tables(table) -%}
      {%- do found.append([relation, lakehouse.version_before(relation, started[0][0])]) -%}
    {%- endfor -%}
    {%- for relation, version in found -%}
      {%- if version is none -%}
        {%- do adapter.drop_relation(relation) -%}
        {%- do log(relation ~ ': removed, it did not exist', info=true) -%}
      {%- else -%}
        {%- do lakehouse.restore_table(relation, version) -%}
        {%- do log(relation ~ ': restored to version ' ~ version, info=true) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{% macro version_before(relation, moment) -%}
  {{ return(adapter.dispatch('version_before', 'lakehouse')(relation, moment)) }}
{%- endmacro %}

{% macro spark_connect__version_before(relation, moment) -%}
  {{ return(adapter.version_before(relation, moment)) }}
{%- endmacro %}

{% macro databricks__version_before(relation, moment) -%}
  {%- set found = run_query(
    "select max(case when timestamp < timestamp'" ~ moment ~ "' then version end) as version, min(version) as first_version, "
    ~ "cast(min(timestamp) as string) as first_time from (describe history " ~ relation ~ ")"
  ).rows[0] -%}
  {%- if found.version is none and found.first_version > 0 -%}
    {%- do exceptions.raise_compiler_error(
      'The table ' ~ relation ~ ' cannot be restored to before ' ~ moment ~ ': its log begins at ' ~ found.first_time ~ '.'
    ) -%}
  {%- endif -%}
  {{ return(found.version) }}
{%- endmacro %}


{% macro restore_table(relation, version) -%}
  {{ return(adapter.dispatch('restore_table', 'lakehouse')(relation, version)) }}
{%- endmacro %}

{% macro spark_connect__restore_table(relation, version) -%}
  {%- do adapter.restore_table(relation, version) -%}
{%- endmacro %}

{% macro databricks__restore_table(relation, version) -%}
  {%- do run_query('restore table ' ~ relation ~ ' to version as of ' ~ version) -%}
{%- endmacro %}
