{{ config(severity='warn') }}

with orders as (

    select order_id, subtotal_usd from {{ ref('int_orders') }}

),

items as (

    select order_id, sum(line_total_usd) as line_total_usd
    from {{ ref('int_order_items') }}
    group by order_id

),

compared as (

    select
        orders.order_id,
        orders.subtotal_usd,
        coalesce(items.line_total_usd, 0) as line_total_usd,
        coalesce(items.line_total_usd, 0) - orders.subtotal_usd as difference_usd
    from orders
    left join items on orders.order_id = items.order_id

)

select *
from compared
where difference_usd <> 0
