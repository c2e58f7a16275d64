{% macro latest_by_key(entity, key) -%}
  {{ return(adapter.dispatch('latest_by_key', 'lakehouse')(entity, key)) }}
{%- endmacro %}

{% macro default__latest_by_key(entity, key) -%}
{%- set checked = ref('int_' ~ entity ~ '_checked') -%}
{%- if not lakehouse.has_new_rows(entity) -%}
select * from {{ this }} where false
{%- else -%}
{%- set columns = lakehouse.silver_columns(checked) -%}
with deliveries as (

    select {{ columns | join(', ') }}
    from {{ checked }}
    where broken_rule is null and {{ lakehouse.new_rows(entity) }}

),

{%- set keys %}
    select {{ key }} from {{ checked }} where {{ lakehouse.new_rows(entity) }}
{%- endset %}

{{ lakehouse.latest_delivery('deliveries', columns, key, keys) }},

final as (

    select
        {%- for column in columns %}
        latest.{{ column }},
        {%- endfor %}
        {%- if is_incremental() %}
        case
            when existing.{{ key }} is not null
                {%- for column in columns if not column.startswith('_') %}
                and latest.{{ column }} is not distinct from existing.{{ column }}
                {%- endfor %}
                then existing._version
            else cast({{ next_version() }} as bigint)
        end as _version
        {%- else %}
        cast({{ next_version() }} as bigint) as _version
        {%- endif %}
    from latest
    {%- if is_incremental() %}
    left join (
        select {{ lakehouse.existing_columns(columns) | join(', ') }}, _version from {{ this }}
    ) as existing on latest.{{ key }} = existing.{{ key }}
    {%- endif %}

)

select * from final
{%- endif -%}
{%- endmacro %}
