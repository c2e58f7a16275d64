{% macro latest_by_month(entity, key) -%}
  {{ return(adapter.dispatch('latest_by_month', 'lakehouse')(entity, key)) }}
{%- endmacro %}

{% macro default__latest_by_month(entity, key) -%}
{%- set checked = ref('int_' ~ entity ~ '_checked') -%}
{%- if not lakehouse.has_new_rows(entity) -%}
{{ lakehouse.replace_months([]) }}
select * from {{ this }} where false
{%- else -%}
{%- set columns = lakehouse.silver_columns(checked) -%}
{%- set months = none -%}
{%- if is_incremental() -%}
  {%- set query -%}
    select _month from {{ checked }} where broken_rule is null and {{ lakehouse.new_rows(entity) }}
    union
    select _month from {{ this }}
    where {{ key }} in (select {{ key }} from {{ checked }} where {{ lakehouse.new_rows(entity) }})
  {%- endset -%}
  {%- set months = lakehouse.values_of(query) -%}
{%- endif -%}
{{ lakehouse.replace_months(months) }}
with deliveries as (

    select {{ columns | join(', ') }}
    from {{ checked }}
    where broken_rule is null and {{ lakehouse.new_rows(entity) }}
    {%- if is_incremental() %}
    union all
    select {{ lakehouse.existing_columns(columns) | join(', ') }}
    from {{ this }}
    where {{ lakehouse.in_months(months) }}
    {%- endif %}

),

{%- set keys %}
    select {{ key }} from {{ checked }} where {{ lakehouse.new_rows(entity) }}
    {%- if is_incremental() %}
    union all
    select {{ key }} from {{ this }} where {{ lakehouse.in_months(months) }}
    {%- endif %}
{%- endset %}

{{ lakehouse.latest_delivery('deliveries', columns, key, keys) }},

final as (

    select
        {{ columns | join(',\n        ') }},
        cast({{ next_version() }} as bigint) as _version
    from latest

)

select * from final
{%- endif -%}
{%- endmacro %}
