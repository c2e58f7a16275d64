{% macro rows_with_emails(relations) -%}
  {{ return(adapter.dispatch('rows_with_emails', 'lakehouse')(relations)) }}
{%- endmacro %}

{% macro default__rows_with_emails(relations) -%}
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
  {{ return(adapter.dispatch('masked_emails', 'lakehouse')(relations)) }}
{%- endmacro %}

{% macro default__masked_emails(relations) -%}
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
