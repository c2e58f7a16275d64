with attributed as (

    select
        order_id,
        sum(first_touch) as first_touch,
        sum(last_touch) as last_touch,
        sum(linear) as linear,
        sum(first_touch_revenue) as first_touch_revenue,
        sum(last_touch_revenue) as last_touch_revenue,
        sum(linear_revenue) as linear_revenue
    from {{ ref('channel_attribution') }}
    group by order_id

)

select
    orders.order_id,
    orders.total_usd,
    attributed.*
from {{ ref('int_orders') }} as orders
full outer join attributed on orders.order_id = attributed.order_id
where
    orders.order_id is null
    or attributed.order_id is null
    or attributed.first_touch <> 1
    or attributed.last_touch <> 1
    or attributed.linear <> 1
    or attributed.first_touch_revenue <> orders.total_usd
    or attributed.last_touch_revenue <> orders.total_usd
    or attributed.linear_revenue <> orders.total_usd
