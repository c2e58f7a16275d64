with exported as (

    {{ bronze_rows('shopify', 'orders') }}
    where {{ filled('lineitem_name') }} is not null

),

bulk as (

    {{ bronze_rows('shopify', 'bulk') }}

),

-- A line of a bulk export names its parent, which comes before it in the same file.
bulk_orders as (

    select
        id,
        name,
        _version,
        _source_file
    from bulk
    where id like 'gid://shopify/Order/%' and {{ filled('parentid') }} is null

),

from_admin as (

    select
        name as order_id,
        {{ shopify_product_id('lineitem_sku', 'lineitem_name') }} as product_id,
        lineitem_price as unit_price_usd,
        lineitem_quantity as quantity,
        {{ delivery_columns() }}
    from exported

),

from_bulk as (

    select
        bulk_orders.name as order_id,
        {{ shopify_product_id('bulk.sku', 'bulk.name') }} as product_id,
        {{ shopify_money('bulk.originalunitpriceset') }} as unit_price_usd,
        bulk.quantity,
        {{ delivery_columns('bulk') }}
    from bulk
    left join bulk_orders
        on
            bulk.parentid = bulk_orders.id
            and bulk._version = bulk_orders._version
            and bulk._source_file = bulk_orders._source_file
    where bulk.id like 'gid://shopify/LineItem/%'

),

unioned as (

    select * from from_admin
    union all
    select * from from_bulk

),

-- Shopify has no total of a line before discounts.
final as (

    select
        order_id,
        product_id,
        unit_price_usd,
        quantity,
        cast(try_cast(unit_price_usd as decimal(12, 2)) * try_cast(quantity as int) as string) as line_total_usd,
        {{ delivery_columns() }}
    from unioned

)

select * from final
