{#-
  What a table was built from. The property `dbt.inputs` of each table says it, as a JSON object with

  - the state of each table it reads, `<Delta id>@<Delta version>`, by `<schema>.<table>`,
  - a hash of the statement of each view between it and these tables,
  - a hash of its own code, `code`.

  The next run knows by it what has changed.
-#}

{#- What the model is built from by this run. -#}
{% macro dbt_spark_connect_inputs() %}
  {%- set inputs = {'code': local_md5(compiled_code or model.checksum.checksum | string)} -%}
  {%- if config.get('materialized') == 'incremental' -%}
    {#- the code of an incremental run names what it looks for, so it differs from run to run -#}
    {%- do inputs.update(code=model.checksum.checksum) -%}
  {%- endif -%}
  {%- if flags.EMPTY -%}
    {#- such a table is built again by the next run that is not empty, and is never published -#}
    {%- do inputs.update(empty=true) -%}
  {%- endif -%}
  {%- do inputs.update(dbt_spark_connect_inputs_of(model)) -%}
  {{ return(inputs) }}
{% endmacro %}


{#- The tables and views that a node reads, as they are now. Nothing is known of a source, so it changes in every run. -#}
{% macro dbt_spark_connect_inputs_of(node, with_sources=true) %}
  {%- set inputs = {} -%}
  {%- for unique_id in node.depends_on.nodes -%}
    {%- set parent = graph.nodes.get(unique_id) -%}
    {%- if parent -%}
      {%- set relation = api.Relation.create(schema=parent.schema, identifier=parent.alias) -%}
      {%- if parent.config.materialized not in ['view', 'ephemeral'] -%}
        {%- do inputs.update({relation | string: adapter.table_state(relation)}) -%}
      {%- else -%}
        {%- do inputs.update({relation | string: adapter.view_checksum(relation) or parent.checksum.checksum}) -%}
        {%- do inputs.update(dbt_spark_connect_inputs_of(parent, with_sources)) -%}
      {%- endif -%}
    {%- elif with_sources and unique_id.startswith('source.') -%}
      {%- do inputs.update({unique_id: invocation_id}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(inputs) }}
{% endmacro %}


{#- What a table was last built from; empty if it does not exist or does not say. -#}
{% macro dbt_spark_connect_built_from(relation) %}
  {{ return(fromjson(adapter.table_properties(relation).get('dbt.inputs', '{}'))) }}
{% endmacro %}


{#-
  Keep in a table's properties what it was built from. A statement that replaces a table sets properties only where there
  was none. When a run is killed in between, the table is built once more.
-#}
{% macro dbt_spark_connect_keep_inputs(relation, inputs) %}
  {%- call statement('inputs') -%}
    alter table {{ relation }} set tblproperties ('dbt.inputs' = '{{ tojson(inputs, sort_keys=true) }}')
  {%- endcall -%}
{% endmacro %}


{#- True if nothing that the table is built from has changed, and the config `skip_unchanged` asks to look. -#}
{% macro dbt_spark_connect_is_unchanged(existing_relation, inputs) %}
  {{ return(
    config.get('skip_unchanged', false)
    and existing_relation is not none
    and existing_relation.is_table
    and not should_full_refresh()
    and dbt_spark_connect_built_from(this) == inputs
  ) }}
{% endmacro %}


{#-
  The version of a table that this model's table was last built from; -1 if it never was, or if it was built from another
  table of that name, which was removed. For incremental models.
-#}
{% macro last_built_version(relation) %}
  {%- if not execute -%}{{ return(-1) }}{%- endif -%}
  {%- set id, _, version = (dbt_spark_connect_built_from(this).get(relation | string) | string).partition('@') -%}
  {{ return(version | int if version and id == adapter.table_state(relation).partition('@')[0] else -1) }}
{% endmacro %}


{#- The version that this model's table will have when the model is written. -#}
{% macro next_version() %}
  {%- if not execute -%}{{ return(0) }}{%- endif -%}
  {{ return(adapter.next_version(this)) }}
{% endmacro %}


{#-
  State in a model's SQL which rows of its table the model replaces, for the incremental strategy `replace_where`.
  A config cannot say it, since configs are read before the run. Without a predicate the model replaces nothing.
-#}
{% macro replace_where(predicate=none) -%}
  /* replace_where: {{ predicate or 'nothing' }} */
{%- endmacro %}
