with orders as (

    select order_id, total_usd from {{ ref('int_orders') }}

),

items as (

    select order_id, count(*) as item_count, sum(line_total_usd) as gross_revenue
    from {{ ref('int_order_items') }}
    group by order_id

),

lines as (

    select
        order_id,
        count(*) as line_count,
        max(line_number) as last_line_number,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue
    from {{ ref('int_order_lines') }}
    group by order_id

),

compared as (

    select
        coalesce(orders.order_id, lines.order_id) as order_id,
        orders.total_usd,
        lines.net_revenue,
        coalesce(items.gross_revenue, 0) as items_gross_revenue,
        lines.gross_revenue,
        coalesce(items.item_count, 1) as item_count,
        lines.line_count,
        lines.last_line_number
    from orders
    full outer join lines on orders.order_id = lines.order_id
    left join items on orders.order_id = items.order_id

)

select *
from compared
where
    total_usd is distinct from net_revenue
    or items_gross_revenue is distinct from gross_revenue
    or item_count is distinct from line_count
    or line_count is distinct from last_line_number
