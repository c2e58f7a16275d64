{#-
  A batch reaches the table in one commit, so a batch that the table has is there whole; one that a killed run left out is
  loaded now.
-#}
{% macro landed_rows(entity) -%}
  {{ return(adapter.dispatch('landed_rows', 'lakehouse')(entity)) }}
{%- endmacro %}

{% macro default__landed_rows(entity) -%}
  {%- set declared = ['_'] -%}
  {%- set views = [] -%}
  {%- if execute -%}
    {%- set declared = lakehouse.landing_entities()[entity].columns.keys() | list -%}
    {%- set ledger = lakehouse.ledger() -%}
    {%- set errors = lakehouse.scan_landing(entity, ledger).errors -%}
    {%- if errors -%}
      {%- do exceptions.raise_compiler_error(errors | join('\n')) -%}
    {%- endif -%}
    {%- set views = lakehouse.staged_views(entity, 'data', ledger | selectattr('entity', 'equalto', entity) | list) -%}
  {%- endif -%}
  {%- set columns = declared + views | map(attribute='columns') | sum(start=[]) | unique | reject('in', declared) | list -%}
  {%- for view in views %}
  select
    {%- for column in columns %}
    {{ adapter.quote(column) if column in view.columns else 'cast(null as string) as ' ~ adapter.quote(column) }},
    {%- endfor %}
    {{ lakehouse.staged_audit_columns(view) }}
  from {{ view.name }}
  {{ 'union all' if not loop.last }}
  {%- else %}
  select
    {%- for column in columns %}
    cast(null as string) as {{ adapter.quote(column) }},
    {%- endfor %}
    cast(null as string) as _source_file,
    cast(null as bigint) as _row_number,
    cast(null as bigint) as _batch_id,
    cast(null as timestamp) as _ingested_at,
    cast(null as bigint) as _version
  where false
  {%- endfor %}
{%- endmacro %}
