{#-
  What a table was built from: the state of each table it reads, the statement of each view between, and its own code.
  It is kept in the table's properties, so that the next run knows what has changed since.
-#}
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
  {%- do dbt_spark_connect_add_inputs(model, inputs) -%}
  {{ return(inputs) }}
{% endmacro %}


{#-
  The tables and views that a table was not built from as they are now; empty if it is up to date. `node` is its model,
  snapshot or seed.
-#}
{% macro dbt_spark_connect_outdated_inputs(node) %}
  {%- set relation = api.Relation.create(schema=node.schema, identifier=node.alias) -%}
  {%- set seen = fromjson(adapter.table_properties(relation).get('dbt.inputs', '{}')) -%}
  {%- set inputs, outdated = {}, [] -%}
  {%- do dbt_spark_connect_add_inputs(node, inputs) -%}
  {%- for name, state in inputs.items() if not name.startswith('source.') and seen.get(name) != state -%}
    {%- do outdated.append(name) -%}
  {%- endfor -%}
  {{ return(outdated + (['rows: it was built with --empty'] if seen.get('empty') else [])) }}
{% endmacro %}


{% macro dbt_spark_connect_add_inputs(node, inputs) %}
  {%- for unique_id in node.depends_on.nodes -%}
    {%- set parent = graph.nodes.get(unique_id) -%}
    {%- if parent -%}
      {%- set relation = api.Relation.create(schema=parent.schema, identifier=parent.alias) -%}
      {%- if parent.config.materialized not in ['view', 'ephemeral'] -%}
        {%- do inputs.update({relation | string: adapter.table_state(relation)}) -%}
      {%- else -%}
        {%- do inputs.update({relation | string: adapter.view_checksum(relation) or parent.checksum.checksum}) -%}
        {%- do dbt_spark_connect_add_inputs(parent, inputs) -%}
      {%- endif -%}
    {%- elif unique_id.startswith('source.') -%}
      {#- nothing is known of it, so it is taken to change from run to run #}
      {%- do inputs.update({unique_id: invocation_id}) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}


{#- What the table of this model was last built from; empty if it does not exist or does not say. -#}
{% macro dbt_spark_connect_seen_inputs() %}
  {{ return(fromjson(adapter.table_properties(this).get('dbt.inputs', '{}'))) }}
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
    and dbt_spark_connect_seen_inputs() == inputs
  ) }}
{% endmacro %}


{#-
  The version of a table that this model's table was last built from; -1 if it never was, or if it was built from another
  table of that name, which was removed. For incremental models.
-#}
{% macro last_built_version(relation) %}
  {%- if not execute -%}{{ return(-1) }}{%- endif -%}
  {%- set id, _, version = (dbt_spark_connect_seen_inputs().get(relation | string) | string).partition('@') -%}
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


{#- The last version of a table that changed its rows; -1 if it does not exist. -#}
{% macro table_version(relation) %}
  {{ return(adapter.table_version(relation)) }}
{% endmacro %}
