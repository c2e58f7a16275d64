{% macro quarantined_rows(entities) -%}
  {{ return(adapter.dispatch('quarantined_rows', 'lakehouse')(entities)) }}
{%- endmacro %}

{% macro default__quarantined_rows(entities) -%}
{%- set columns -%}
entity, rule, column_name, value, raw_row, _source_file, _row_number, _batch_id, _ingested_at
{%- endset -%}
{%- set broken -%}
    {%- for entity in entities if lakehouse.has_new_rows(entity) %}
    select
        '{{ entity }}' as entity,
        broken_rule as rule,
        broken_column as column_name,
        broken_value as value,
        raw_row, _source_file, _row_number, _batch_id, _ingested_at
    from {{ ref('int_' ~ entity ~ '_checked') }}
    where broken_rule is not null
    {%- if is_incremental() and not var('replay_quarantine') %} and _version > {{ seen_version(ref('stg_' ~ entity)) }}{% endif %}
    union all
    {%- endfor %}
    select
        entity, 'unparsable_row' as rule, cast(null as string) as column_name, problem as value,
        raw_row, _source_file, _row_number, _batch_id, _ingested_at
    from {{ ref('stg_unparsable_rows') }}
    {%- if is_incremental() and not var('replay_quarantine') %}
    where _version > {{ seen_version(ref('stg_unparsable_rows')) }}
    {%- endif %}
{%- endset -%}
{%- set touched = entities -%}
{%- if is_incremental() and not var('replay_quarantine') -%}
  {%- set touched = lakehouse.values_of('select distinct entity from (' ~ broken ~ ') as broken') -%}
{%- endif -%}
{{ replace_where(lakehouse.in_months(touched, 'entity') if touched else none) if is_incremental() }}
with broken as (
    {{ broken }}

),
{%- if is_incremental() and not var('replay_quarantine') %}

kept as (

    select {{ columns }}
    from {{ this }}
    where
        {{ lakehouse.in_months(touched, 'entity') }}
        and {{ lakehouse.delivered_row() }} not in (select {{ lakehouse.delivered_row() }} from broken)

),
{%- endif %}

final as (

    select {{ columns }}, cast({{ next_version() }} as bigint) as _version
    from broken
    {%- if is_incremental() and not var('replay_quarantine') %}
    union all
    select {{ columns }}, cast({{ next_version() }} as bigint) as _version
    from kept
    {%- endif %}

)

select * from final
{%- endmacro %}
