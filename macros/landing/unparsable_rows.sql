{% macro unparsable_rows() -%}
  {{ return(adapter.dispatch('unparsable_rows', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__unparsable_rows() -%}
  {%- set ledger = lakehouse.ledger() if execute else [] -%}
  {%- set views = [] -%}
  {%- for entity in lakehouse.landing_entities() | sort -%}
    {%- do views.extend(
      lakehouse.staged_views(entity, 'rejects', ledger | selectattr('entity', 'equalto', entity) | list)
    ) -%}
  {%- endfor -%}
  {%- for view in views %}
  select
    '{{ view.entity }}' as entity,
    problem,
    raw_row,
    {{ lakehouse.staged_audit_columns(view) }}
  from {{ view.name }}
  {{ 'union all' if not loop.last }}
  {%- else %}
  select
    cast(null as string) as entity,
    cast(null as string) as problem,
    cast(null as string) as raw_row,
    cast(null as string) as _source_file,
    cast(null as bigint) as _row_number,
    cast(null as bigint) as _batch_id,
    cast(null as timestamp) as _ingested_at,
    cast(null as bigint) as _version
  where false
  {%- endfor %}
{%- endmacro %}
