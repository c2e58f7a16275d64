{#- The functions that hide personal data, made before the tables that use them. Only Unity Catalog has such functions. -#}
{% macro privacy_functions() -%}
  {{ return(adapter.dispatch('privacy_functions', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__privacy_functions() -%}{%- endmacro %}

{% macro databricks__privacy_functions() -%}
  {%- if execute and flags.WHICH in ['build', 'run', 'snapshot'] -%}
    {%- set schema = lakehouse.privacy_schema() -%}
    {%- set member = "is_account_group_member('" ~ var('personal_data_group') ~ "')" -%}
    {%- do run_query('create schema if not exists ' ~ schema) -%}
    {%- do run_query(
      'create or replace function ' ~ schema ~ ".mask_text(value string) returns string return case when " ~ member
      ~ " then value else '***' end"
    ) -%}
    {%- do run_query(
      'create or replace function ' ~ schema ~ ".may_read_entity(entity string) returns boolean return " ~ member
      ~ " or entity <> 'customers'"
    ) -%}
  {%- endif -%}
{%- endmacro %}


{% macro privacy_schema() -%}
  {{ return(adapter.quote(target.database) ~ '.' ~ adapter.quote(lakehouse.generate_schema_name('silver', none))) }}
{%- endmacro %}


{#-
  Hides a table's personal data from everybody outside of the group `personal_data_group`, for the hook after its model:
  columns that are masked, and the column `entity` of a table whose rows of customers are filtered.
-#}
{% macro hide_personal_data(columns=[], entity_column=none) -%}
  {{ return(adapter.dispatch('hide_personal_data', 'lakehouse')(columns, entity_column)) }}
{%- endmacro %}

{% macro default__hide_personal_data(columns, entity_column) -%}{%- endmacro %}

{% macro databricks__hide_personal_data(columns, entity_column) -%}
  {%- if execute -%}
    {%- for column in columns -%}
      {%- do run_query(
        'alter table ' ~ this ~ ' alter column ' ~ adapter.quote(column) ~ ' set mask ' ~ lakehouse.privacy_schema() ~ '.mask_text'
      ) -%}
    {%- endfor -%}
    {%- if entity_column -%}
      {%- do run_query(
        'alter table ' ~ this ~ ' set row filter ' ~ lakehouse.privacy_schema() ~ '.may_read_entity on (' ~ entity_column ~ ')'
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
