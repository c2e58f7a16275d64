-- depends_on: {{ ref('gate') }}
with order_lines as (

    select * from {{ ref('int_order_lines') }}
    where not is_cancelled

),

first_lines as (

    select order_id, product_id, min(line_number) as line_number
    from order_lines
    group by order_id, product_id

),

-- Refunds for a product are on its first line or, if the order does not have the product, on the order's first line.
returned as (

    select
        ledger.order_id,
        coalesce(first_lines.line_number, 1) as line_number,
        sum(ledger.returns) as returns
    from {{ ref('int_sales_ledger') }} as ledger
    left join first_lines
        on ledger.order_id = first_lines.order_id and ledger.product_id = first_lines.product_id
    where ledger.entry_type = 'return'
    group by ledger.order_id, coalesce(first_lines.line_number, 1)

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
        cast(order_lines.net_revenue - coalesce(returned.returns, 0) as decimal(18, 2)) as net_revenue
    from order_lines
    left join returned
        on order_lines.order_id = returned.order_id and order_lines.line_number = returned.line_number
    left join orders on order_lines.order_id = orders.order_id
    left join products on order_lines.product_id = products.product_id

)

select * from final
