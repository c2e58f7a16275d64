{#-
  What a table was built from. On every engine, its property `dbt.inputs` is a JSON object with the state of each table
  that it reads:

    {"silver.int_events": "29590a8a-…@12", "silver.int_sessions": "675906c3-…@3"}

  A state is `<Delta id>@<Delta version>`. A table that was removed and rebuilt has another id. dbt-spark-connect
  writes the property in its materializations, and adds the code and the views; on Databricks the hook `keep_inputs`
  does.

  Every row of bronze and silver has a `_version`: the version of its table in which it was written. An incremental
  model reads the rows of `ref(...)` whose `_version` is above `last_built_version(ref(...))`: those added after its
  last build.
-#}

{% macro last_built_version(relation) -%}
  {%- set id, _, version = lakehouse.built_from(this).get(lakehouse.input_name(relation), '').partition('@') -%}
  {{ return(version | int if version and id == lakehouse.table_state(relation).partition('@')[0] else -1) }}
{%- endmacro %}


{% macro is_unchanged(relations) -%}
  {%- if not is_incremental() -%}{{ return(false) }}{%- endif -%}
  {%- set inputs = lakehouse.built_from(this) -%}
  {%- for relation in relations -%}
    {%- if inputs.get(lakehouse.input_name(relation), '') != lakehouse.table_state(relation) -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}


{% macro outdated_inputs(node) -%}
  {%- set inputs, outdated = lakehouse.built_from(lakehouse.relation_of_node(node)), [] -%}
  {%- for name, state in lakehouse.inputs_of(node).items() if inputs.get(name) != state -%}
    {%- do outdated.append(name) -%}
  {%- endfor -%}
  {{ return(outdated + (['rows: it was built with --empty'] if inputs.get('empty') else [])) }}
{%- endmacro %}


{% macro version_column() -%}
  cast({{ next_version() }} as bigint) as _version
{%- endmacro %}


{% macro next_version() -%}
  {{ return(lakehouse.newest_version(this) + 1) }}
{%- endmacro %}


{% macro input_name(relation) -%}
  {{ return(relation.schema ~ '.' ~ relation.identifier) }}
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


{#- From here on: how each engine stores the inputs. -#}

{% macro built_from(relation) -%}
  {{ return(adapter.dispatch('built_from', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro spark_connect__built_from(relation) -%}
  {{ return(dbt.dbt_spark_connect_built_from(relation)) }}
{%- endmacro %}

{% macro databricks__built_from(relation) -%}
  {{ return(lakehouse.table_facts(relation).get('inputs', {})) }}
{%- endmacro %}


{% macro inputs_of(node) -%}
  {{ return(adapter.dispatch('inputs_of', 'lakehouse')(node)) }}
{%- endmacro %}

{% macro spark_connect__inputs_of(node) -%}
  {{ return(dbt.dbt_spark_connect_inputs_of(node, with_sources=false)) }}
{%- endmacro %}

{% macro databricks__inputs_of(node) -%}
  {%- set inputs = {} -%}
  {%- for parent in lakehouse.read_tables(node) -%}
    {%- set relation = lakehouse.relation_of_node(parent) -%}
    {%- do inputs.update({lakehouse.input_name(relation): lakehouse.table_state(relation)}) -%}
  {%- endfor -%}
  {{ return(inputs) }}
{%- endmacro %}


{% macro has_other_code() -%}
  {{ return(adapter.dispatch('has_other_code', 'lakehouse')()) }}
{%- endmacro %}

{#- The inputs have the statements of the views. -#}
{% macro spark_connect__has_other_code() -%}
  {{ return(lakehouse.outdated_inputs(model) != []) }}
{%- endmacro %}

{% macro databricks__has_other_code() -%}
  {{ return(lakehouse.built_from(this).get('code') != lakehouse.present_inputs(model).code) }}
{%- endmacro %}


{% macro table_state(relation) -%}
  {{ return(adapter.dispatch('table_state', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro spark_connect__table_state(relation) -%}
  {{ return(adapter.table_state(relation)) }}
{%- endmacro %}

{% macro databricks__table_state(relation) -%}
  {%- set facts = lakehouse.table_facts(relation) -%}
  {{ return(facts.id ~ '@' ~ facts.version if facts else '') }}
{%- endmacro %}


{% macro newest_version(relation) -%}
  {{ return(adapter.dispatch('newest_version', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro spark_connect__newest_version(relation) -%}
  {{ return(adapter.next_version(relation) - 1) }}
{%- endmacro %}

{% macro databricks__newest_version(relation) -%}
  {{ return(lakehouse.table_facts(relation).get('version', -1)) }}
{%- endmacro %}


{% macro keep_inputs() -%}
  {{ return(adapter.dispatch('keep_inputs', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__keep_inputs() -%}{%- endmacro %}

{% macro databricks__keep_inputs() -%}
  {%- if execute and model.config.materialized not in ['view', 'ephemeral'] -%}
    {%- do lakehouse.forget_facts(this) -%}
    {%- do lakehouse.write_inputs() -%}
  {%- endif -%}
{%- endmacro %}


{#-
  On Databricks: writes the property if it has changed. Writing it is a commit, which gives readers of the table a new
  state.
-#}
{% macro write_inputs() -%}
  {%- set inputs = lakehouse.present_inputs(model) -%}
  {%- if lakehouse.built_from(this) != inputs -%}
    {%- do run_query(
      'alter table ' ~ this ~ " set tblproperties ('dbt.inputs' = '" ~ tojson(inputs, sort_keys=true) ~ "')"
    ) -%}
    {%- do lakehouse.forget_facts(this) -%}
  {%- endif -%}
{%- endmacro %}
