with as_of as (

    {{ as_of_date() }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

products as (

    select product_id, cost_usd from {{ ref('int_products') }}

),

bought as (

    select
        order_lines.customer_id,
        -- every order has one line with the number 1
        count_if(order_lines.line_number = 1) as order_count,
        sum(order_lines.quantity) as units,
        sum(order_lines.gross_revenue) as gross_revenue,
        sum(order_lines.net_revenue) as net_revenue,
        sum(order_lines.quantity * coalesce(products.cost_usd, 0)) as product_cost,
        min(order_lines.order_time) as first_order_at,
        max(order_lines.order_time) as last_order_at
    from order_lines
    left join products on order_lines.product_id = products.product_id
    group by order_lines.customer_id

),

final as (

    select
        bought.customer_id,
        to_date(date_trunc('month', bought.first_order_at)) as cohort_month,
        bought.order_count,
        bought.units,
        cast(bought.gross_revenue as decimal(18, 2)) as gross_revenue,
        cast(bought.net_revenue as decimal(18, 2)) as net_revenue,
        cast(bought.product_cost as decimal(18, 2)) as product_cost,
        cast(bought.net_revenue - bought.product_cost as decimal(18, 2)) as gross_margin,
        {{ average_order_value('bought.net_revenue', 'bought.order_count') }} as average_order_value,
        bought.first_order_at,
        bought.last_order_at,
        cast(datediff(as_of.as_of_date, to_date(bought.first_order_at)) as int) as tenure_days,
        cast(datediff(as_of.as_of_date, to_date(bought.last_order_at)) as int) as recency_days
    from bought
    cross join as_of

)

select * from final
