{#- The state of tables and tests, as recorded by each engine: independent of clocks and the order of nodes. -#}

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
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'verdicts' not in memory -%}
    {%- set last = lakehouse.run_log() | selectattr('event', 'equalto', 'tests') | list | last -%}
    {%- do memory.update(verdicts=last.verdicts if last else {}) -%}
  {%- endif -%}
  {{ return(memory.verdicts) }}
{%- endmacro %}


{% macro keep_verdicts(results) -%}
  {{ return(adapter.dispatch('keep_verdicts', 'lakehouse')(results)) }}
{%- endmacro %}

{% macro default__keep_verdicts(results) -%}{%- endmacro %}

{% macro databricks__keep_verdicts(results) -%}
  {%- do lakehouse.keep_views() -%}
  {%- set verdicts = {} -%}
  {%- for result in (results if execute else []) if result.node.resource_type == 'test' -%}
    {%- if result.status in ['pass', 'warn', 'fail'] -%}
      {%- do verdicts.update({result.node.unique_id: lakehouse.verdict_of(result.node, result.status | string)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set changed = [] -%}
  {%- for unique_id, verdict in verdicts.items() if lakehouse.kept_verdicts().get(unique_id) != verdict -%}
    {%- do changed.append(unique_id) -%}
  {%- endfor -%}
  {%- if changed -%}
    {%- do lakehouse.kept_verdicts().update(verdicts) -%}
    {%- do lakehouse.add_to_run_log({'event': 'tests', 'verdicts': lakehouse.kept_verdicts()}) -%}
  {%- endif -%}
{%- endmacro %}


{% macro verdict_of(node, verdict) -%}
  {{ return({'verdict': verdict, 'inputs': lakehouse.test_inputs(node)}) }}
{%- endmacro %}


{#- As the graph has the node: a result, and a node that runs, spell what is not set in other ways. -#}
{% macro test_inputs(node) -%}
  {%- set node = graph.nodes[node.unique_id] -%}
  {%- set inputs = {'code': local_md5(node.raw_code ~ node.config.severity ~ node.config.where ~ node.config.error_if)} -%}
  {%- do inputs.update(lakehouse.inputs_of(node)) -%}
  {{ return(inputs) }}
{%- endmacro %}
