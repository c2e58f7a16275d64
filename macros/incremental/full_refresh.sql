{#-
  A full refresh that failed or was killed has rebuilt some tables with the current rules and left others unchanged. The
  log of the runs records which ones remain, and the next run that builds them refreshes them, with or without
  `--full-refresh`.
-#}

{#- dbt's own macro, except for the tables that remain. -#}
{% macro should_full_refresh() -%}
  {%- set configured = config.get('full_refresh') -%}
  {%- if configured is not none -%}{{ return(configured) }}{%- endif -%}
  {{ return(flags.FULL_REFRESH or (execute and model.unique_id in lakehouse.waiting_for_refresh())) }}
{%- endmacro %}


{% macro waiting_for_refresh() -%}
  {{ return(adapter.dispatch('waiting_for_refresh', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__waiting_for_refresh() -%}
  {%- set last = lakehouse.run_log() | selectattr('event', 'equalto', 'full_refresh') | list | last -%}
  {{ return(last.waiting if last else []) }}
{%- endmacro %}

{#- A full refresh has to be repeated: checking before each statement of a model would cost a query each time. -#}
{% macro databricks__waiting_for_refresh() -%}{{ return([]) }}{%- endmacro %}


{% macro begin_full_refresh() -%}
  {{ return(adapter.dispatch('begin_full_refresh', 'lakehouse')()) }}
{%- endmacro %}

{% macro databricks__begin_full_refresh() -%}{%- endmacro %}

{% macro spark_connect__begin_full_refresh() -%}
  {%- if flags.FULL_REFRESH and flags.WHICH in ['build', 'run'] -%}
    {%- set waiting = lakehouse.waiting_for_refresh() | list -%}
    {%- for unique_id in selected_resources if unique_id in graph.nodes and unique_id not in waiting -%}
      {%- if graph.nodes[unique_id].config.materialized == 'incremental' -%}
        {%- do waiting.append(unique_id) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do lakehouse.add_to_run_log({'event': 'full_refresh', 'waiting': waiting}) -%}
  {%- endif -%}
{%- endmacro %}


{% macro end_full_refresh(results) -%}
  {%- set waiting = lakehouse.waiting_for_refresh() if execute else [] -%}
  {%- set refreshed = results | selectattr('status', 'equalto', 'success') | map(attribute='node.unique_id') | list -%}
  {%- set left = waiting | reject('in', refreshed) | list -%}
  {%- if left != waiting -%}
    {%- do lakehouse.add_to_run_log({'event': 'full_refresh', 'waiting': left}) -%}
  {%- endif -%}
{%- endmacro %}


{#- dbt's own macro, with advice on the rows in which a new column of silver or gold is null. -#}
{% macro process_schema_changes(on_schema_change, source_relation, target_relation) -%}
  {%- set known = adapter.get_columns_in_relation(target_relation) | map(attribute='name') | list -%}
  {%- set changes = dbt.process_schema_changes(on_schema_change, source_relation, target_relation) -%}
  {%- if on_schema_change != 'ignore' and model.fqn[1] != 'staging' -%}
    {%- set added = adapter.get_columns_in_relation(source_relation) | map(attribute='name') | reject('in', known) | list -%}
    {%- if added -%}
      {%- do exceptions.warn(
        target_relation ~ ' has new columns, which are null in rows that were built before: ' ~ added | join(', ')
        ~ '. `dbt build --full-refresh --select ' ~ model.name ~ '+` fills them.'
      ) -%}
    {%- endif -%}
  {%- endif -%}
  {{ return(changes) }}
{%- endmacro %}
