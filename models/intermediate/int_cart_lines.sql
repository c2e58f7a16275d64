{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months([ref('int_events')]) %}
{{ replace_months(months) }}
with events as (

    select * from {{ ref('int_events') }}
    where event_type = 'add_to_cart' and is_repeat is not true and {{ in_months(months) }}

),

final as (

    select
        session_id,
        coalesce(product_id, 'UNKNOWN') as product_id,
        sum(coalesce(quantity, 1)) as quantity,
        max(event_time) as last_added_at,
        _month,
        {{ version_column() }}
    from events
    group by session_id, coalesce(product_id, 'UNKNOWN'), _month

)

select * from final
