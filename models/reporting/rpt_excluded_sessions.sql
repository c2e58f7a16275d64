-- depends_on: {{ ref('gate') }}
with visits as (

    select * from {{ ref('int_visits') }}
    where excluded_reason is not null or repeat_count > 0

),

left_out as (

    select session_start_at, excluded_reason, event_count, order_count
    from visits
    where excluded_reason is not null
    union all
    select
        session_start_at,
        'repeat' as excluded_reason,
        repeat_count as event_count,
        repeated_purchase_count as order_count
    from visits
    where repeat_count > 0

),

final as (

    select
        {{ shop_date('session_start_at') }} as session_date,
        excluded_reason,
        count(*) as session_count,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(order_count) as bigint) as purchase_count
    from left_out
    group by {{ shop_date('session_start_at') }}, excluded_reason

)

select * from final
