with orders as (

    select order_id, sum(net_sales) as net_sales
    from {{ ref('int_sales_ledger') }}
    group by order_id

),

attributed as (

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
    orders.net_sales,
    attributed.*
from orders
full outer join attributed on orders.order_id = attributed.order_id
where
    orders.order_id is null
    or attributed.order_id is null
    or attributed.first_touch <> 1
    or attributed.last_touch <> 1
    or attributed.linear <> 1
    or attributed.first_touch_revenue <> orders.net_sales
    or attributed.last_touch_revenue <> orders.net_sales
    or attributed.linear_revenue <> orders.net_sales
