with ledger as (

    select * from {{ ref('int_sales_ledger') }}

),

products as (

    select product_id, cost_usd from {{ ref('int_products') }}

),

versions as (

    select product_id, cost_usd, dbt_valid_from, dbt_valid_to from {{ ref('product_prices_history') }}

),

-- The day and time of the sale decide, also for units returned to stock.
sold as (

    select order_id, min(order_time) as order_time
    from ledger
    where entry_type = 'sale'
    group by order_id

),

-- Before the first version in the history, the current cost is used.
costed as (

    select
        ledger.entry_date,
        ledger.product_id,
        ledger.net_sales,
        ledger.payment_fee,
        (ledger.quantity - ledger.restocked_quantity)
        * coalesce(versions.cost_usd, products.cost_usd, 0) as product_cost
    from ledger
    inner join sold on ledger.order_id = sold.order_id
    left join products on ledger.product_id = products.product_id
    left join versions
        on
            ledger.product_id = versions.product_id
            and sold.order_time >= versions.dbt_valid_from
            and (versions.dbt_valid_to is null or sold.order_time < versions.dbt_valid_to)

),

final as (

    select
        entry_date as sales_date,
        product_id,
        cast(sum(net_sales) as decimal(18, 2)) as net_sales,
        cast(sum(product_cost) as decimal(18, 2)) as product_cost,
        cast(sum(payment_fee) as decimal(18, 2)) as payment_fees,
        cast(sum(net_sales) - sum(product_cost) - sum(payment_fee) as decimal(18, 2)) as contribution_margin
    from costed
    group by entry_date, product_id

)

select * from final
