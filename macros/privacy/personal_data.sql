{#-
  An address in any script: an at sign and a dot in any of their forms, and a letter after the last dot. Letters are
  written as ranges of characters, since a class such as \p{L} needs a different number of backslashes on each engine.
-#}
{% macro has_email(text) -%}
  {{ text }} rlike '[^@＠﹫ ][@＠﹫][^@＠﹫ ]+[.．。｡][A-Za-z¡-퟿豈-ￜ]'
{%- endmacro %}


{% macro mask_email(text) -%}
  case
    {#- hardly any text has one, and searching is cheaper than replacing #}
    when {{ text }} rlike '[@＠﹫]'
      then regexp_replace({{ text }}, '[^@＠﹫ ]+[@＠﹫][^@＠﹫ ]+[.．。｡][A-Za-z¡-퟿豈-ￜ][^@＠﹫ ]*', '[email]')
    else {{ text }}
  end
{%- endmacro %}


{#- Of tables under a contract, which says their columns without a question to the engine. -#}
{% macro rows_with_emails(relations) -%}
  {%- set searches = [] -%}
  {%- for relation in (relations if execute else []) -%}
    {%- set texts = [] -%}
    {%- for column in lakehouse.node_of(relation.identifier).columns.values() if column.data_type == 'string' -%}
      {%- do texts.append(adapter.quote(column.name)) -%}
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
      {#- people type their own into a search -#}
      {%- if not column.name.startswith('_') and not column.name.endswith('_id') and column.name != 'search_term' -%}
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


{#-
  Only dbt's own user may read the tables, which have no masks: values that dbt reads masked would be written masked,
  and Databricks supports neither history nor time travel for tables with masks or filters. So the views for readers
  mask the values, depending on the reader.
-#}
{% macro shown_to_readers(node, column) -%}
  {{ return(adapter.dispatch('shown_to_readers', 'lakehouse')(node, column)) }}
{%- endmacro %}

{% macro default__shown_to_readers(node, column) -%}
  {{ return(column.quoted) }}
{%- endmacro %}

{% macro databricks__shown_to_readers(node, column) -%}
  {%- set declared = lakehouse.declared_personal(node.columns).get(column.name, {}) -%}
  {%- if declared.get('class') != 'direct' -%}{{ return(column.quoted) }}{%- endif -%}
  {{ return(
    "case when is_account_group_member('" ~ var('personal_data_group') ~ "') then " ~ column.quoted ~ " else '***' end as "
    ~ column.quoted
  ) }}
{%- endmacro %}
