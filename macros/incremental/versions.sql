{#-
  What an incremental model was built from, as versions of the tables it reads. dbt-spark-connect keeps and answers it; on
  Databricks it stands in the table's property `lakehouse.inputs`, as `<id>@<version>` of each, which `keep_inputs` writes
  after each build.
-#}

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
    {%- set id, _, version = fromjson(property[1]).get(relation.identifier, '').partition('@') -%}
    {%- if version and id == lakehouse.table_id(relation) -%}{{ return(version | int) }}{%- endif -%}
  {%- endfor -%}
  {{ return(-1) }}
{%- endmacro %}


{% macro table_id(relation) -%}
  {{ return(run_query('describe detail ' ~ relation).rows[0]['id']) }}
{%- endmacro %}


{% macro is_unchanged(relations) -%}
  {{ return(adapter.dispatch('is_unchanged', 'lakehouse')(relations)) }}
{%- endmacro %}

{% macro default__is_unchanged(relations) -%}
  {%- if not is_incremental() -%}{{ return(false) }}{%- endif -%}
  {%- for relation in relations if table_version(relation) != seen_version(relation) -%}{{ return(false) }}{%- endfor -%}
  {{ return(true) }}
{%- endmacro %}


{% macro next_version() -%}
  {{ return(adapter.dispatch('next_version', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__next_version() -%}
  {{ return(lakehouse.table_version(this) + 1) }}
{%- endmacro %}

{% macro spark_connect__next_version() -%}
  {{ return(dbt.next_version()) }}
{%- endmacro %}


{% macro keep_inputs() -%}
  {{ return(adapter.dispatch('keep_inputs', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__keep_inputs() -%}{%- endmacro %}

{% macro databricks__keep_inputs() -%}
  {%- if execute and config.get('materialized') == 'incremental' -%}
    {%- set inputs = {} -%}
    {%- for unique_id in model.depends_on.nodes -%}
      {%- set node = graph.nodes.get(unique_id) -%}
      {#- a view's tables are what was read -#}
      {%- set read = node.depends_on.nodes if node and node.config.materialized == 'view' else [unique_id] -%}
      {%- for id in read if id in graph.nodes -%}
        {%- set parent = graph.nodes[id] -%}
        {%- set table = api.Relation.create(database=parent.database, schema=parent.schema, identifier=parent.alias) -%}
        {%- do inputs.update({parent.alias: lakehouse.table_id(table) ~ '@' ~ lakehouse.table_version(table)}) -%}
      {%- endfor -%}
    {%- endfor -%}
    alter table {{ this }} set tblproperties ('lakehouse.inputs' = '{{ tojson(inputs, sort_keys=true) }}')
  {%- endif -%}
{%- endmacro %}


{% macro replace_where(predicate=none) -%}
  /* replace_where: {{ predicate or 'nothing' }} */
{%- endmacro %}
