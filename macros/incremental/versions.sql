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


{% macro last_built_version(relation) -%}
  {{ return(adapter.dispatch('last_built_version', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro spark_connect__last_built_version(relation) -%}
  {{ return(dbt.last_built_version(relation)) }}
{%- endmacro %}

{% macro databricks__last_built_version(relation) -%}
  {%- if not execute or load_relation(this) is none -%}{{ return(-1) }}{%- endif -%}
  {%- set id, _, version = lakehouse.kept_inputs(this).get(relation.identifier, '').partition('@') -%}
  {{ return(version | int if version and id == lakehouse.table_id(relation) else -1) }}
{%- endmacro %}


{% macro kept_inputs(relation) -%}
  {%- for property in run_query('show tblproperties ' ~ relation).rows if property[0] == 'lakehouse.inputs' -%}
    {{ return(fromjson(property[1])) }}
  {%- endfor -%}
  {{ return({}) }}
{%- endmacro %}


{% macro table_id(relation) -%}
  {{ return(run_query('describe detail ' ~ relation).rows[0]['id']) }}
{%- endmacro %}


{% macro is_unchanged(relations) -%}
  {%- if not is_incremental() -%}{{ return(false) }}{%- endif -%}
  {%- for relation in relations if table_version(relation) != last_built_version(relation) -%}{{ return(false) }}{%- endfor -%}
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
  {%- if execute and model.config.materialized not in ['view', 'ephemeral'] -%}
    {%- set inputs = {'empty': true} if flags.EMPTY else {} -%}
    {%- for parent in lakehouse.read_tables(model) -%}
      {%- do inputs.update({parent.alias: lakehouse.table_state(parent)}) -%}
    {%- endfor -%}
    alter table {{ this }} set tblproperties ('lakehouse.inputs' = '{{ tojson(inputs, sort_keys=true) }}')
  {%- endif -%}
{%- endmacro %}
