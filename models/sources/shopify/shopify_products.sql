with exported as (

    {{ bronze_rows('shopify', 'products') }}

),

bulk as (

    {{ bronze_rows('shopify', 'bulk') }}

),

-- The fields of the product are on its first row; each variant has its own row.
filled_down as (

    select
        *,
        max({{ filled('title') }}) over (partition by _version, _source_file, handle) as product_title,
        max({{ filled('type') }}) over (partition by _version, _source_file, handle) as product_type,
        max({{ filled('product_category') }}) over (partition by _version, _source_file, handle) as taxonomy
    from exported

),

from_admin as (

    select
        variant_sku as sku,
        product_title as title,
        concat_ws(
            ' / ',
            nullif({{ filled('option1_value') }}, 'Default Title'),
            {{ filled('option2_value') }},
            {{ filled('option3_value') }}
        ) as variant_title,
        coalesce(product_type, taxonomy) as category,
        variant_price as price_usd,
        cost_per_item as cost_usd,
        {{ delivery_columns() }}
    from filled_down
    -- the other rows have pictures
    where coalesce({{ filled('variant_sku') }}, {{ filled('variant_price') }}, {{ filled('title') }}) is not null

),

bulk_products as (

    select
        id,
        title,
        producttype,
        _version,
        _source_file
    from bulk
    where id like 'gid://shopify/Product/%' and {{ filled('parentid') }} is null

),

from_bulk as (

    select
        bulk.sku,
        bulk_products.title,
        nullif(bulk.title, 'Default Title') as variant_title,
        bulk_products.producttype as category,
        bulk.price as price_usd,
        get_json_object(bulk.inventoryitem, '$.unitCost.amount') as cost_usd,
        {{ delivery_columns('bulk') }}
    from bulk
    left join bulk_products
        on
            bulk.parentid = bulk_products.id
            and bulk._version = bulk_products._version
            and bulk._source_file = bulk_products._source_file
    where bulk.id like 'gid://shopify/ProductVariant/%'

),

unioned as (

    select * from from_admin
    union all
    select * from from_bulk

),

-- The name of an order line in Shopify.
named as (

    select
        *,
        concat_ws(' - ', title, {{ filled('variant_title') }}) as name
    from unioned

),

final as (

    select
        {{ shopify_product_id('sku', 'name') }} as product_id,
        name,
        category,
        price_usd,
        cost_usd,
        cast(
            try_cast(price_usd as decimal(12, 2)) - try_cast(cost_usd as decimal(12, 2)) as string
        ) as margin_usd,
        {{ delivery_columns() }}
    from named

)

select * from final
