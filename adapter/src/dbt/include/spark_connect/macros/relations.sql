{% macro spark_connect__create_schema(relation) -%}
  {%- call statement('create_schema') -%}
    create schema if not exists {{ relation.without_identifier() }}
    {{ dbt_spark_connect_location_clause(relation.without_identifier()) }}
  {%- endcall -%}
{%- endmacro %}


{#- Where a table or schema has to lie; nothing if the catalog decides. -#}
{% macro dbt_spark_connect_location_clause(relation) -%}
  {%- set location = adapter.location(relation) -%}
  {%- if location %}location '{{ location }}'{% endif -%}
{%- endmacro %}


{% macro spark_connect__create_table_as(temporary, relation, compiled_code, language='sql', inputs=none) -%}
  {%- set not_null = [] -%}
  {%- if config.get('contract').enforced -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
    {%- set compiled_code = get_select_subquery(compiled_code) -%}
    {%- do not_null.extend(dbt_spark_connect_not_null_columns(model.columns)) -%}
  {%- endif -%}
  {%- set partition_by = config.get('partition_by') or [] -%}
  {%- set partition_by = [partition_by] if partition_by is string else partition_by -%}
  {%- if config.get('incremental_strategy') == 'replace_where' -%}
    {#- REPLACE WHERE deletes the rows whose partition is null with any predicate -#}
    {%- do not_null.extend(partition_by) -%}
  {%- endif -%}
  {%- if temporary -%}
    create or replace temporary view {{ relation }} as
    {{ adapter.nullable_select(compiled_code, not_null) }}
  {%- else -%}
    create or replace table {{ relation }}
    using delta
    {#- without it the log keeps a column's old type, and values that do not fit become null #}
    options ('overwriteSchema' = 'true')
    {#- Sail makes a checkpoint only of a commit of rows whose version is a multiple of the interval. An incremental run
        makes two commits, of rows and of properties: an even interval may never meet one of rows. -#}
    {%- set properties = {'delta.checkpointInterval': 5} -%}
    {%- if inputs is not none -%}
      {%- do properties.update({'dbt.inputs': tojson(inputs, sort_keys=true)}) -%}
    {%- endif -%}
    {%- do properties.update(config.get('tblproperties') or {}) %}
    tblproperties (
      {%- for name, value in properties.items() %}
      '{{ name }}' = '{{ value | string | replace("'", "\\'") }}'{{ ',' if not loop.last }}
      {%- endfor %}
    )
    {%- if partition_by %}
    partitioned by ({{ partition_by | join(', ') }})
    {%- endif %}
    {{ dbt_spark_connect_location_clause(relation) }}
    as
    {{ adapter.nullable_select(compiled_code, not_null) }}
  {%- endif -%}
{%- endmacro %}


{#- The columns that a contract declares not null. -#}
{% macro dbt_spark_connect_not_null_columns(columns) %}
  {%- set names = [] -%}
  {%- for column in columns.values() -%}
    {%- if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
      {%- do names.append(column.name) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(names) }}
{% endmacro %}


{#- Constraints are checked by the statement that writes, see create_table_as. -#}
{% macro spark_connect__persist_constraints(relation, model) %}{% endmacro %}

{#- The engine's statements take no comments; `dbt docs` has them. -#}
{% macro spark_connect__persist_docs(relation, model, for_relation, for_columns) %}{% endmacro %}

{#- Rights are those on the warehouse folder, or are given in a cluster's own catalog. -#}
{% macro spark_connect__apply_grants(relation, grant_config, should_revoke) %}{% endmacro %}


{#- All threads share one session, and models of one name but different schemas may run at the same time. -#}
{% macro spark_connect__make_temp_relation(base_relation, suffix) %}
  {{ return(spark__make_temp_relation(base_relation, '__' ~ base_relation.schema ~ suffix)) }}
{% endmacro %}
