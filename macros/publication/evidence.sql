{#- What is known of the tables and tests, as facts that each engine keeps: no clock and no order of nodes takes part. -#}

{% macro table_state(node) -%}
  {{ return(adapter.dispatch('table_state', 'lakehouse')(node)) }}
{%- endmacro %}

{% macro spark_connect__table_state(node) -%}
  {{ return(adapter.table_state(lakehouse.relation_of_node(node))) }}
{%- endmacro %}

{% macro databricks__table_state(node) -%}
  {%- set relation = load_relation(lakehouse.relation_of_node(node)) -%}
  {{ return(lakehouse.table_id(relation) ~ '@' ~ lakehouse.table_version(relation) if relation is not none else '') }}
{%- endmacro %}


{% macro outdated_inputs(node) -%}
  {{ return(adapter.dispatch('outdated_inputs', 'lakehouse')(node)) }}
{%- endmacro %}

{% macro spark_connect__outdated_inputs(node) -%}
  {{ return(dbt.dbt_spark_connect_outdated_inputs(node)) }}
{%- endmacro %}

{% macro databricks__outdated_inputs(node) -%}
  {%- set seen, outdated = lakehouse.kept_inputs(lakehouse.relation_of_node(node)), [] -%}
  {%- for parent in lakehouse.read_tables(node) if seen.get(parent.alias) != lakehouse.table_state(parent) -%}
    {%- do outdated.append(parent.schema ~ '.' ~ parent.alias) -%}
  {%- endfor -%}
  {{ return(outdated + (['rows: it was built with --empty'] if seen.get('empty') else [])) }}
{%- endmacro %}


{#- The nodes of the tables that a node reads, directly or through views. -#}
{% macro read_tables(node) -%}
  {%- set tables = [] -%}
  {%- for unique_id in node.depends_on.nodes if unique_id in graph.nodes -%}
    {%- set parent = graph.nodes[unique_id] -%}
    {%- if parent.config.materialized in ['view', 'ephemeral'] -%}
      {%- do tables.extend(lakehouse.read_tables(parent)) -%}
    {%- else -%}
      {%- do tables.append(parent) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(tables) }}
{%- endmacro %}


{% macro test_verdict(node, kept) -%}
  {{ return(adapter.dispatch('test_verdict', 'lakehouse')(node, kept)) }}
{%- endmacro %}

{% macro spark_connect__test_verdict(node, kept) -%}
  {{ return(dbt.dbt_spark_connect_verdict(node)) }}
{%- endmacro %}

{% macro databricks__test_verdict(node, kept) -%}
  {%- set last = kept.get(node.unique_id, {}) -%}
  {{ return(last.verdict if last.get('inputs') == lakehouse.test_inputs(node) else '') }}
{%- endmacro %}


{#- dbt-spark-connect keeps the verdict of each test as it ends. -#}
{% macro kept_verdicts() -%}
  {{ return(adapter.dispatch('kept_verdicts', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__kept_verdicts() -%}{{ return({}) }}{%- endmacro %}

{% macro databricks__kept_verdicts() -%}
  {{ return((lakehouse.run_log() | selectattr('event', 'equalto', 'tests') | list | last | default({'verdicts': {}}, true)).verdicts) }}
{%- endmacro %}


{% macro keep_verdicts(results) -%}
  {{ return(adapter.dispatch('keep_verdicts', 'lakehouse')(results)) }}
{%- endmacro %}

{% macro default__keep_verdicts(results) -%}{%- endmacro %}

{% macro databricks__keep_verdicts(results) -%}
  {%- set verdicts = {} -%}
  {%- for result in (results if execute else []) if result.node.resource_type == 'test' -%}
    {%- if result.status in ['pass', 'warn', 'fail'] -%}
      {%- do verdicts.update({
        result.node.unique_id: {'verdict': result.status | string, 'inputs': lakehouse.test_inputs(result.node)}
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if verdicts -%}
    {%- set kept = lakehouse.kept_verdicts() -%}
    {%- do kept.update(verdicts) -%}
    {%- do lakehouse.add_to_run_log({'event': 'tests', 'verdicts': kept}) -%}
  {%- endif -%}
{%- endmacro %}


{% macro test_inputs(node) -%}
  {%- set inputs = {'code': local_md5(node.raw_code ~ node.config.severity ~ node.config.where ~ node.config.error_if)} -%}
  {%- for parent in lakehouse.read_tables(node) -%}
    {%- do inputs.update({parent.alias: lakehouse.table_state(parent)}) -%}
  {%- endfor -%}
  {{ return(inputs) }}
{%- endmacro %}
