{#-
  An address in any script: an at sign and a dot in each of their forms, and a letter after the last dot. The letters stand
  as ranges of characters, since a class such as \p{L} needs another number of backslashes on each engine.
-#}
{% macro has_email(text) -%}
  {{ text }} rlike '[^@＠﹫ ][@＠﹫][^@＠﹫ ]+[.．。｡][A-Za-z¡-퟿豈-ￜ]'
{%- endmacro %}


{% macro mask_email(text) -%}
  case
    {#- nearly no text has one, and to look for it is cheaper than to replace it #}
    when {{ text }} rlike '[@＠﹫]'
      then regexp_replace({{ text }}, '[^@＠﹫ ]+[@＠﹫][^@＠﹫ ]+[.．。｡][A-Za-z¡-퟿豈-ￜ][^@＠﹫ ]*', '[email]')
    else {{ text }}
  end
{%- endmacro %}


{% macro rows_with_emails(relations) -%}
  {%- set searches = [] -%}
  {%- for relation in (relations if execute else []) -%}
    {%- set texts = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation) if column.dtype == 'string' -%}
      {%- do texts.append(column.quoted) -%}
    {%- endfor -%}
    {%- set row_text = "concat_ws(' | ', " ~ texts | join(', ') ~ ")" -%}
    {%- set search -%}
    select '{{ relation.identifier }}' as table_name, {{ row_text }} as row_text
    from {{ relation }}
    where {{ lakehouse.has_email(row_text) }}
    {%- endset -%}
    {%- do searches.append(search) if texts -%}
  {%- endfor -%}
  {{ searches | join('\nunion all\n') }}
{%- endmacro %}


{% macro masked_emails(relations) -%}
  {%- set searches = [] -%}
  {%- for relation in (relations if execute else []) -%}
    {%- for column in adapter.get_columns_in_relation(relation) if column.dtype == 'string' -%}
      {%- if not column.name.startswith('_') and not column.name.endswith('_id') -%}
        {%- set search -%}
    select '{{ relation.identifier }}' as table_name, '{{ column.name }}' as column_name, count(*) as row_count
    from {{ relation }}
    where {{ column.quoted }} like '%[email]%'
    having count(*) > 0
        {%- endset -%}
        {%- do searches.append(search) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ searches | join('\nunion all\n') }}
{%- endmacro %}


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
