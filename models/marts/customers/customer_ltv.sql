with as_of as (

    {{ as_of_date() }}

),

ledger as (

    select * from {{ ref('int_sales_ledger') }}

),

products as (

    select product_id, cost_usd from {{ ref('int_products') }}

),

bought as (

    select
        ledger.customer_id,
        -- every order has one line with the number 1
        count_if(ledger.entry_type = 'sale' and ledger.line_number = 1) as order_count,
        sum(ledger.quantity) as units,
        sum(ledger.gross_sales) as gross_revenue,
        sum(ledger.discounts) as discounts,
        sum(ledger.returns) as returns,
        sum(ledger.net_sales) as net_revenue,
        sum((ledger.quantity - ledger.restocked_quantity) * coalesce(products.cost_usd, 0)) as product_cost,
        min(ledger.order_time) as first_order_at,
        max(ledger.order_time) as last_order_at
    from ledger
    left join products on ledger.product_id = products.product_id
    group by ledger.customer_id

),

final as (

    select
        bought.customer_id,
        to_date(date_trunc('month', {{ shop_time('bought.first_order_at') }})) as cohort_month,
        bought.order_count,
        bought.units,
        cast(bought.gross_revenue as decimal(18, 2)) as gross_revenue,
        cast(bought.returns as decimal(18, 2)) as returns,
        cast(bought.net_revenue as decimal(18, 2)) as net_revenue,
        cast(bought.product_cost as decimal(18, 2)) as product_cost,
        cast(bought.net_revenue - bought.product_cost as decimal(18, 2)) as gross_margin,
        {{ amount_per('bought.gross_revenue - bought.discounts', 'bought.order_count') }}
            as average_order_value,
        bought.first_order_at,
        bought.last_order_at,
        cast(datediff(as_of.as_of_date, {{ shop_date('bought.first_order_at') }}) as int) as tenure_days,
        cast(datediff(as_of.as_of_date, {{ shop_date('bought.last_order_at') }}) as int) as recency_days
    from bought
    cross join as_of

)

select * from final
