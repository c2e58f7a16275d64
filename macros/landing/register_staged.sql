{% macro register_staged(name, kind, group) -%}
  {{ return(adapter.dispatch('register_staged', 'lakehouse')(name, kind, group)) }}
{%- endmacro %}

{% macro spark_connect__register_staged(name, kind, group) -%}
  {%- do adapter.register_parquet(name, group.paths) -%}
{%- endmacro %}

{% macro databricks__register_staged(name, kind, group) -%}
  {%- set query -%}
    create or replace temporary view {{ name }} as
    select
      {%- for column in group.columns if kind == 'data' %}
      {#- a row of the header has all fields, and one that is empty is read as null #}
      coalesce({{ adapter.quote(column) }}, '') as {{ adapter.quote(column) }},
      {%- endfor %}
      {%- if kind == 'rejects' %}
      _corrupt_record as raw_row,
      'not a row of the header' as problem,
      {%- endif %}
      _source_file,
      _row_number
    from ({{ lakehouse.volume_rows(group.paths, group.columns) }}) as read_rows
    where _corrupt_record is {{ 'null' if kind == 'data' else 'not null' }}
  {%- endset -%}
  {%- do run_query(query) -%}
{%- endmacro %}
