-- depends_on: {{ ref('gate') }}
with order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders as (

    select order_id, device, source, country from {{ ref('int_orders') }}

),

products as (

    select product_id, product_name, category from {{ ref('int_products') }}

),

final as (

    select
        order_lines.order_id,
        order_lines.line_number,
        order_lines.order_date,
        coalesce(orders.device, 'UNKNOWN') as device,
        coalesce(orders.source, 'UNKNOWN') as source,
        coalesce(orders.country, 'UNKNOWN') as country,
        order_lines.product_id,
        coalesce(products.product_name, 'UNKNOWN') as product_name,
        coalesce(products.category, 'UNKNOWN') as category,
        cast(order_lines.quantity as bigint) as unit_count,
        cast(order_lines.gross_revenue as decimal(18, 2)) as gross_revenue,
        cast(order_lines.net_revenue as decimal(18, 2)) as net_revenue
    from order_lines
    left join orders on order_lines.order_id = orders.order_id
    left join products on order_lines.product_id = products.product_id

)

select * from final
