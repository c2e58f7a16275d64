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
  What filters the rows of a table is its configuration `row_filter`: what a hook sets, dbt-databricks takes off in each
  run.
-#}
{% macro mask_personal_data(columns) -%}
  {{ return(adapter.dispatch('mask_personal_data', 'lakehouse')(columns)) }}
{%- endmacro %}

{% macro default__mask_personal_data(columns) -%}{%- endmacro %}

{% macro databricks__mask_personal_data(columns) -%}
  {%- if execute -%}
    {%- for column in columns -%}
      {%- do lakehouse.mask_column(this, column) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{% macro mask_column(relation, column) -%}
  {{ return(adapter.dispatch('mask_column', 'lakehouse')(relation, column)) }}
{%- endmacro %}

{% macro default__mask_column(relation, column) -%}{%- endmacro %}

{% macro databricks__mask_column(relation, column) -%}
  {%- set mask = lakehouse.privacy_schema() ~ '.mask_text' -%}
  {%- do run_query('alter table ' ~ relation ~ ' alter column ' ~ adapter.quote(column) ~ ' set mask ' ~ mask) -%}
{%- endmacro %}
