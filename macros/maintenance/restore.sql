{#-
  A restore is planned in full before any table is changed, and the plan is kept in the log of the runs until it is
  carried out: the next run, or the same command, finishes a killed restore. The ledger is restored last, so that the
  batches are known until then.
-#}
{% macro restore(batch, table=none) -%}
  {%- if execute -%}
    {%- do lakehouse.finish_forget() -%}
    {%- set finished = lakehouse.finish_restore() -%}
    {%- if not finished or [finished.batch, finished.table] != [batch, table] -%}
      {%- set plan = lakehouse.restore_plan(batch | int, table) -%}
      {%- do lakehouse.add_to_run_log({'event': 'restore', 'batch': batch, 'table': table, 'plan': plan}) -%}
      {%- do lakehouse.carry_out(plan) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{#- Carry out the plan of an unfinished restore, and return its event in the log; none if there is no such restore. -#}
{% macro finish_restore() -%}
  {%- set last = lakehouse.run_log() | selectattr('event', 'in', ['restore', 'restored']) | list | last -%}
  {%- if last and last.event == 'restore' -%}
    {%- do log('The restore to before batch ' ~ last.batch ~ ' was interrupted. It is finished first.', info=true) -%}
    {%- do lakehouse.carry_out(last.plan) -%}
    {{ return(last) }}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}


{#- A step for each table: the parts of its relation, `action` (restore, empty or drop) and the version to restore. -#}
{% macro restore_plan(batch, table) -%}
  {%- set last_batch = lakehouse.last_batch() -%}
  {%- if batch < 1 or batch > last_batch -%}
    {%- do exceptions.raise_compiler_error(
      'There is no batch ' ~ batch ~ ': ' ~ ('the last one is ' ~ last_batch if last_batch else 'nothing was loaded yet') ~ '.'
    ) -%}
  {%- endif -%}
  {%- set since = lakehouse.events_since_forget() -%}
  {%- set before = since
    | selectattr('event', 'in', ['before', 'after']) | selectattr('batch', 'lt', batch) | list | last -%}
  {%- if not before and since | length < lakehouse.run_log() | length -%}
    {%- do exceptions.raise_compiler_error(
      'The tables cannot be restored to before batch ' ~ batch ~ ': people were forgotten since, and what the tables were '
      ~ 'before is gone. No table was changed.'
    ) -%}
  {%- endif -%}
  {%- if not before -%}
    {%- do exceptions.raise_compiler_error('No run has recorded how the tables were before batch ' ~ batch ~ '.') -%}
  {%- endif -%}
  {%- set plan, ledger = [], [] -%}
  {%- for node in lakehouse.table_nodes() -%}
    {%- set relation = lakehouse.relation_of_node(node) -%}
    {%- set name, state = node.schema ~ '.' ~ node.alias, lakehouse.table_state(relation) -%}
    {%- if state and table in [none, name] -%}
      {%- set then = before.versions.get(name) -%}
      {%- set delivered = node.fqn[1] == 'staging' or node.resource_type == 'snapshot' -%}
      {%- set same = then and then.id == state.partition('@')[0] -%}
      {%- if then and not same and delivered -%}
        {%- do exceptions.raise_compiler_error(
          'The table ' ~ name ~ ' was removed and built again since, so it cannot be restored. No table was changed.'
        ) -%}
      {%- endif -%}
      {%- set step = {'schema': node.schema, 'name': node.alias, 'version': then.version if same else none} -%}
      {%- do step.update(action='restore' if same else 'empty' if delivered else 'drop') -%}
      {%- if not same or then.version != lakehouse.newest_version(relation) -%}
        {%- if same -%}{%- do lakehouse.check_restorable(relation, then.version) -%}{%- endif -%}
        {%- do (ledger if node.name == 'ingested_files' else plan).append(step) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if table and not (plan + ledger) and table not in lakehouse.table_versions() -%}
    {%- do exceptions.raise_compiler_error('There is no table ' ~ table ~ '.') -%}
  {%- endif -%}
  {{ return(plan + ledger) }}
{%- endmacro %}


{#- The events of the log since people were last forgotten; all of them, if nobody was. -#}
{% macro events_since_forget() -%}
  {%- set events = [] -%}
  {%- for event in lakehouse.run_log() -%}
    {%- if event.event == 'forget' -%}{%- do events.clear() -%}{%- endif -%}
    {%- do events.append(event) -%}
  {%- endfor -%}
  {{ return(events) }}
{%- endmacro %}


{#- Every step can be repeated, so a restore can be killed after any of them. -#}
{% macro carry_out(plan) -%}
  {%- for step in plan -%}
    {%- set relation = api.Relation.create(database=target.database, schema=step.schema, identifier=step.name, type='table') -%}
    {%- if step.action == 'restore' -%}
      {%- do lakehouse.restore_table(relation, step.version) -%}
      {%- do log(relation ~ ': restored to version ' ~ step.version, info=true) -%}
    {%- elif step.action == 'empty' -%}
      {%- do run_query('delete from ' ~ relation) -%}
      {%- do log(relation ~ ': emptied, it did not exist', info=true) -%}
    {%- else -%}
      {%- do adapter.drop_relation(relation) -%}
      {%- do log(relation ~ ': removed, it did not exist', info=true) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do lakehouse.add_to_run_log({'event': 'restored'}) -%}
{%- endmacro %}


{% macro check_restorable(relation, version) -%}
  {{ return(adapter.dispatch('check_restorable', 'lakehouse')(relation, version)) }}
{%- endmacro %}

{% macro spark_connect__check_restorable(relation, version) -%}
  {%- do adapter.check_restorable(relation, version) -%}
{%- endmacro %}

{% macro databricks__check_restorable(relation, version) -%}
  {%- set first = run_query('select min(version) as version from (describe history ' ~ relation ~ ')').rows[0].version -%}
  {%- if first > version -%}
    {%- do exceptions.raise_compiler_error(
      'Version ' ~ version ~ ' of the table ' ~ relation ~ ' cannot be restored: its log no longer reaches back to it.'
    ) -%}
  {%- endif -%}
{%- endmacro %}


{% macro restore_table(relation, version) -%}
  {{ return(adapter.dispatch('restore_table', 'lakehouse')(relation, version)) }}
{%- endmacro %}

{% macro spark_connect__restore_table(relation, version) -%}
  {%- do adapter.restore_table(relation, version) -%}
{%- endmacro %}

{% macro databricks__restore_table(relation, version) -%}
  {%- do run_query('restore table ' ~ relation ~ ' to version as of ' ~ version) -%}
  {%- do lakehouse.forget_facts(relation) -%}
{%- endmacro %}
