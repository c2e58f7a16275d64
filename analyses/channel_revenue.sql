-- Which channels bring the orders, by each way of crediting the visits before them?
with channel_attribution as (

    select * from {{ ref('channel_attribution') }}
    where {{ in_period('order_date') }}

),

final as (

    select
        channel_group,
        count(distinct order_id) as orders,
        sum(first_touch_revenue) as first_touch,
        sum(last_non_direct_revenue) as last_non_direct,
        sum(position_based_revenue) as position_based,
        sum(time_decay_revenue) as time_decay
    from channel_attribution
    group by channel_group

)

select * from final
order by last_non_direct desc, channel_group asc
