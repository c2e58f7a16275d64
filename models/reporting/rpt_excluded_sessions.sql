-- depends_on: {{ ref('gate') }}
with visits as (

    select * from {{ ref('int_visits') }}
    where excluded_reason is not null

),

final as (

    select
        {{ shop_date('session_start_at') }} as session_date,
        excluded_reason,
        count(*) as session_count,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(order_count) as bigint) as purchase_count
    from visits
    group by {{ shop_date('session_start_at') }}, excluded_reason

)

select * from final
