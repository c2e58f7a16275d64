{#-
  A record of runs: the version of every table before and after each run, and the restores that were started. An event
  is added only when something has changed.
-#}
{% macro log_run(moment) -%}
  {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] -%}
    {%- if moment == 'before' -%}
      {%- do lakehouse.finish_restore() -%}
      {%- do lakehouse.finish_forget() -%}
      {%- do lakehouse.begin_full_refresh() -%}
    {%- endif -%}
    {%- set versions = lakehouse.table_versions() -%}
    {%- set last = lakehouse.run_log() | selectattr('event', 'in', ['before', 'after']) | list | last -%}
    {%- if not last or last.versions != versions -%}
      {%- do lakehouse.add_to_run_log({
        'event': moment, 'batch': lakehouse.last_batch(), 'versions': versions, 'invocation_id': invocation_id
      }) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{#- The number of the last batch in the ledger; 0 if there is none. -#}
{% macro last_batch() -%}
  {%- set ledger = lakehouse.relation_of('ingested_files') -%}
  {%- if ledger is none -%}{{ return(0) }}{%- endif -%}
  {{ return((run_query('select max(batch_id) from ' ~ ledger).columns[0].values()[0] or 0) | int) }}
{%- endmacro %}


{#-
  The Delta id and version of every table of the project, by `<schema>.<table>`; on Databricks with all of its facts.
-#}
{% macro table_versions() -%}
  {{ return(adapter.dispatch('table_versions', 'lakehouse')()) }}
{%- endmacro %}

{% macro databricks__table_versions() -%}
  {%- set versions = {} -%}
  {%- for node in lakehouse.table_nodes() -%}
    {%- set facts = lakehouse.table_facts(lakehouse.relation_of_node(node)) -%}
    {%- if facts -%}
      {%- do versions.update({node.schema ~ '.' ~ node.alias: facts}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(versions) }}
{%- endmacro %}

{% macro spark_connect__table_versions() -%}
  {%- set versions = {} -%}
  {%- for node in lakehouse.table_nodes() -%}
    {%- set state = lakehouse.table_state(lakehouse.relation_of_node(node)) -%}
    {%- if state -%}
      {%- do versions.update({
        node.schema ~ '.' ~ node.alias: {
          'id': state.partition('@')[0], 'version': lakehouse.newest_version(lakehouse.relation_of_node(node))
        }
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(versions) }}
{%- endmacro %}


{% macro run_log() -%}
  {{ return(adapter.dispatch('run_log', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__run_log() -%}
  {{ return(adapter.run_log(target.schema)) }}
{%- endmacro %}

{% macro databricks__run_log() -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'events' not in memory -%}
    {%- set table, events = lakehouse.run_log_table(), [] -%}
    {%- if load_relation(table) is not none -%}
      {%- for row in run_query('select event from ' ~ table ~ ' order by event_id').rows -%}
        {%- do events.append(fromjson(row.event)) -%}
      {%- endfor -%}
    {%- endif -%}
    {%- do memory.update(events=events) -%}
  {%- endif -%}
  {{ return(memory.events) }}
{%- endmacro %}


{% macro add_to_run_log(event) -%}
  {{ return(adapter.dispatch('add_to_run_log', 'lakehouse')(event)) }}
{%- endmacro %}

{% macro spark_connect__add_to_run_log(event) -%}
  {%- do adapter.add_to_run_log(target.schema, event) -%}
{%- endmacro %}

{% macro databricks__add_to_run_log(event) -%}
  {%- do lakehouse.run_memory().pop('events', none) -%}
  {%- set table = lakehouse.run_log_table() -%}
  {%- if load_relation(table) is none -%}
    {%- do adapter.create_schema(table) -%}
    {%- do run_query('create table if not exists ' ~ table ~ ' (event_id bigint, event string) using delta') -%}
    {%- do adapter.cache_added(table) -%}
  {%- endif -%}
  {%- do run_query(
    'insert into ' ~ table ~ ' (event_id, event) select coalesce(max(event_id), 0) + 1, '
    ~ lakehouse.text_literal(tojson(event)) ~ ' from ' ~ table
  ) -%}
  {%- if event.event == 'tests' -%}
    {#- each event includes the contents of the previous one -#}
    {%- do run_query(
      'delete from ' ~ table ~ " where event like '%\"event\": \"tests\"%' and event_id < (select max(event_id) from " ~ table ~ ')'
    ) -%}
  {%- endif -%}
{%- endmacro %}


{% macro run_log_table() -%}
  {{ return(api.Relation.create(
    database=target.database, schema=lakehouse.generate_schema_name('bronze', none) | trim, identifier='run_log', type='table'
  )) }}
{%- endmacro %}
