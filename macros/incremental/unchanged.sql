{#-
  On Databricks: caches facts about tables, so that a run queries them once, and skips nodes whose inputs have not
  changed. dbt-spark-connect does both in the adapter.
-#}

{#-
  A table's Delta id and version, the time of that version, and what it was built from. The history of each table is
  queried; the rest only if the log of the runs does not have it for the same version and time.
-#}
{% macro table_facts(relation) -%}
  {%- if not execute or load_relation(relation) is none -%}{{ return({}) }}{%- endif -%}
  {%- set known, name = lakehouse.run_memory().tables, lakehouse.input_name(relation) -%}
  {%- if name not in known -%}
    {%- set newest = run_query('describe history ' ~ relation ~ ' limit 1').rows[0] -%}
    {%- set facts = {'version': newest['version'] | int, 'written_at': newest['timestamp'] | string} -%}
    {%- set logged = lakehouse.logged_versions().get(name, {}) -%}
    {%- if 'inputs' in logged and logged.version == facts.version and logged.written_at == facts.written_at -%}
      {%- do facts.update(id=logged.id, inputs=logged.inputs) -%}
    {%- else -%}
      {%- do facts.update(id=run_query('describe detail ' ~ relation).rows[0]['id'], inputs={}) -%}
      {%- for property in run_query('show tblproperties ' ~ relation).rows if property[0] == 'dbt.inputs' -%}
        {%- do facts.update(inputs=fromjson(property[1])) -%}
      {%- endfor -%}
    {%- endif -%}
    {%- do known.update({name: facts}) -%}
  {%- endif -%}
  {{ return(known[name]) }}
{%- endmacro %}


{#- Before and after a table is written. -#}
{% macro forget_facts(relation) -%}
  {%- do lakehouse.run_memory().tables.pop(lakehouse.input_name(relation), none) -%}
  {%- if relation.identifier == 'ingested_files' -%}
    {%- do lakehouse.run_memory().pop('volume', none) -%}
  {%- endif -%}
{%- endmacro %}


{#- The facts of each table in the log of the runs. -#}
{% macro logged_versions() -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'logged' not in memory -%}
    {%- set last = lakehouse.run_log() | selectattr('event', 'in', ['before', 'after']) | list | last -%}
    {%- do memory.update(logged=last.versions if last else {}) -%}
  {%- endif -%}
  {{ return(memory.logged) }}
{%- endmacro %}


{#-
  The current inputs of a node: the state of the tables that it reads, its code and that of the views in between, and
  its descriptions, since these are written to the catalog.
-#}
{% macro present_inputs(node) -%}
  {%- set inputs = lakehouse.inputs_of(node) -%}
  {%- set said = [lakehouse.code_of(node), node.description] + node.columns.values() | map(attribute='description') | list -%}
  {%- do inputs.update(code=local_md5(said | join(','))) -%}
  {%- if flags.EMPTY -%}{%- do inputs.update(empty=true) -%}{%- endif -%}
  {{ return(inputs) }}
{%- endmacro %}


{#- The compiled code of an incremental run changes with the data it looks for, so the code of the file is used. -#}
{% macro code_of(node) -%}
  {%- set compiled = node.compiled_code if node.config.materialized != 'incremental' else none -%}
  {%- set code = [compiled or lakehouse.kept_views().get(node.unique_id) or node.checksum.checksum] -%}
  {%- for unique_id in node.depends_on.nodes if unique_id in graph.nodes -%}
    {%- if graph.nodes[unique_id].config.materialized in ['view', 'ephemeral'] -%}
      {%- do code.append(lakehouse.code_of(graph.nodes[unique_id])) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(local_md5(code | join(','))) }}
{%- endmacro %}


{#- A hash of the statement of each view. It is in the log of the runs, and is updated when a run creates a view. -#}
{% macro kept_views() -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'views' not in memory -%}
    {%- set last = lakehouse.run_log() | selectattr('event', 'equalto', 'views') | list | last -%}
    {%- do memory.update(views=last.views if last else {}) -%}
  {%- endif -%}
  {{ return(memory.views) }}
{%- endmacro %}


{% macro keep_views() -%}
  {%- if lakehouse.run_memory().get('views_changed') -%}
    {%- do lakehouse.add_to_run_log({'event': 'views', 'views': lakehouse.kept_views()}) -%}
  {%- endif -%}
{%- endmacro %}


{#- True if the model's table would not change. -#}
{% macro writes_nothing() -%}
  {%- set relation = load_relation(this) -%}
  {%- if relation is none or not relation.is_table or should_full_refresh() -%}{{ return(false) }}{%- endif -%}
  {#- a query that ends like this has no rows to add -#}
  {%- if config.get('materialized') == 'incremental' and modules.re.search('\\swhere false\\s*$', compiled_code) -%}
    {#- inputs may have changed without giving new rows -#}
    {%- do lakehouse.write_inputs() -%}
    {{ return(true) }}
  {%- endif -%}
  {{ return(config.get('skip_unchanged', false) and lakehouse.built_from(this) == lakehouse.present_inputs(model)) }}
{%- endmacro %}


{% macro left_out(type='table') -%}
  {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
  {{ return({'relations': [this.incorporate(type=type)]}) }}
{%- endmacro %}


{% materialization table, adapter='databricks', supported_languages=['sql', 'python'] %}
  {%- if lakehouse.writes_nothing() -%}{{ return(lakehouse.left_out()) }}{%- endif -%}
  {%- do lakehouse.forget_facts(this) -%}
  {%- if model.language == 'sql' -%}{{ return(dbt.materialization_table_databricks()) }}{%- endif -%}
  {#- dbt lets only a materialization itself submit Python: these are the steps of dbt-databricks for a table -#}
  {%- set target_relation = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks) }}
  {%- call statement('main', language='python') -%}
    {{ create_table_as(false, target_relation, compiled_code, 'python') }}
  {%- endcall -%}
  {%- do apply_tags(target_relation, config.get('databricks_tags')) -%}
  {%- do persist_docs(target_relation, model, for_relation=true) -%}
  {%- do persist_constraints(target_relation, model) -%}
  {{ run_hooks(post_hooks) }}
  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization incremental, adapter='databricks', supported_languages=['sql'] %}
  {%- if lakehouse.writes_nothing() -%}{{ return(lakehouse.left_out()) }}{%- endif -%}
  {%- do lakehouse.forget_facts(this) -%}
  {{ return(dbt.materialization_incremental_databricks()) }}
{% endmaterialization %}


{% materialization snapshot, adapter='databricks' %}
  {%- if lakehouse.writes_nothing() -%}{{ return(lakehouse.left_out()) }}{%- endif -%}
  {%- do lakehouse.forget_facts(this) -%}
  {{ return(dbt.materialization_snapshot_databricks()) }}
{% endmaterialization %}


{% materialization seed, adapter='databricks' %}
  {%- if lakehouse.writes_nothing() -%}
    {#- dbt shows its first rows -#}
    {%- do store_result('agate_table', response='UNCHANGED', agate_table=load_agate_table()) -%}
    {{ return(lakehouse.left_out()) }}
  {%- endif -%}
  {%- do lakehouse.forget_facts(this) -%}
  {{ return(dbt.materialization_seed_databricks()) }}
{% endmaterialization %}


{#- A test that passed on the current tables. -#}
{% materialization test, adapter='databricks' %}
  {%- if should_store_failures() or lakehouse.test_verdict(model, lakehouse.kept_verdicts()) != 'pass' -%}
    {{ return(dbt.materialization_test_default()) }}
  {%- endif -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'passed' not in memory -%}
    {#- macros cannot create the result table that dbt expects -#}
    {%- do memory.update(passed=run_query('select 0 as failures, false as should_warn, false as should_error')) -%}
  {%- endif -%}
  {%- call noop_statement('main', 'UNCHANGED', res=memory.passed) -%}{%- endcall -%}
  {{ return({'relations': []}) }}
{% endmaterialization %}


{% materialization view, adapter='databricks' %}
  {%- set existing, statement_hash = load_relation(this), local_md5(compiled_code ~ model.description) -%}
  {%- if existing is not none and existing.is_view and lakehouse.kept_views().get(model.unique_id) == statement_hash -%}
    {{ return(lakehouse.left_out('view')) }}
  {%- endif -%}
  {%- set result = dbt.materialization_view_databricks() -%}
  {%- do lakehouse.kept_views().update({model.unique_id: statement_hash}) -%}
  {%- do lakehouse.run_memory().update(views_changed=true) -%}
  {{ return(result) }}
{% endmaterialization %}
