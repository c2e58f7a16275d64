{#-
  What an incremental model was built from, as versions of the tables it reads. dbt-spark-connect keeps and answers it; on
  Databricks it stands in the table's property `lakehouse.inputs`, which `keep_inputs` writes after each build.
-#}

{#- The version of a table; -1 if it does not exist. -#}
{% macro table_version(relation) -%}
  {{ return(adapter.dispatch('table_version', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro spark_connect__table_version(relation) -%}
  {{ return(dbt.table_version(relation)) }}
{%- endmacro %}

{% macro databricks__table_version(relation) -%}
  {%- if not execute or load_relation(relation) is none -%}{{ return(-1) }}{%- endif -%}
  {{ return(run_query('describe history ' ~ relation ~ ' limit 1').rows[0]['version'] | int) }}
{%- endmacro %}


{#- The version of a table that this model's table was last built from; -1 if it never was. -#}
{% macro seen_version(relation) -%}
  {{ return(adapter.dispatch('seen_version', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro spark_connect__seen_version(relation) -%}
  {{ return(dbt.seen_version(relation)) }}
{%- endmacro %}

{% macro databricks__seen_version(relation) -%}
  {%- if not execute or load_relation(this) is none -%}{{ return(-1) }}{%- endif -%}
  {%- set properties = run_query('show tblproperties ' ~ this).rows -%}
  {%- for property in properties if property[0] == 'lakehouse.inputs' -%}
    {{ return(fromjson(property[1]).get(relation.identifier, -1)) }}
  {%- endfor -%}
  {{ return(-1) }}
{%- endmacro %}


{#- True if tables are as they were when this model's table was last built. -#}
{% macro is_unchanged(relations) -%}
  {{ return(adapter.dispatch('is_unchanged', 'lakehouse')(relations)) }}
{%- endmacro %}

{% macro default__is_unchanged(relations) -%}
  {%- if not is_incremental() -%}{{ return(false) }}{%- endif -%}
  {%- for relation in relations if table_version(relation) != seen_version(relation) -%}{{ return(false) }}{%- endfor -%}
  {{ return(true) }}
{%- endmacro %}


{#- A version that this model's table does not have yet, and will have when the model is written. -#}
{% macro next_version() -%}
  {{ return(adapter.dispatch('next_version', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__next_version() -%}
  {{ return(lakehouse.table_version(this) + 1) }}
{%- endmacro %}

{% macro spark_connect__next_version() -%}
  {{ return(dbt.next_version()) }}
{%- endmacro %}


{#- The statement that keeps the versions that a model was built from, for the hook after it; empty where that is done. -#}
{% macro keep_inputs() -%}
  {{ return(adapter.dispatch('keep_inputs', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__keep_inputs() -%}{%- endmacro %}

{% macro databricks__keep_inputs() -%}
  {%- if execute and config.get('materialized') == 'incremental' -%}
    {%- set inputs = {} -%}
    {%- for unique_id in model.depends_on.nodes -%}
      {%- set node = graph.nodes.get(unique_id) -%}
      {%- if node and node.config.materialized in ['table', 'incremental', 'seed', 'snapshot'] -%}
        {%- set parent = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- do inputs.update({node.alias: lakehouse.table_version(parent)}) -%}
      {%- elif node -%}
        {#- a view's tables are what was read -#}
        {%- for id in node.depends_on.nodes if id in graph.nodes -%}
          {%- set source = graph.nodes[id] -%}
          {%- set parent = api.Relation.create(database=source.database, schema=source.schema, identifier=source.alias) -%}
          {%- do inputs.update({source.alias: lakehouse.table_version(parent)}) -%}
        {%- endfor -%}
      {%- endif -%}
    {%- endfor -%}
    alter table {{ this }} set tblproperties ('lakehouse.inputs' = '{{ tojson(inputs, sort_keys=true) }}')
  {%- endif -%}
{%- endmacro %}


{#- States in a model's SQL which rows of its table it replaces; without a predicate none. -#}
{% macro replace_where(predicate=none) -%}
  /* replace_where: {{ predicate or 'nothing' }} */
{%- endmacro %}
