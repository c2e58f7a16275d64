with exported as (

    {{ bronze_rows('shopify', 'orders') }}

),

bulk as (

    {{ bronze_rows('shopify', 'bulk') }}
    where id like 'gid://shopify/Order/%' and {{ filled('parentid') }} is null

),

-- The latest customer with each address: the admin's order export has only the address.
customers as (

    select
        email_key,
        max_by(customer_id, struct(_ingested_at, _source_file, _row_number)) as customer_id
    from {{ ref('shopify_customers') }}
    where email_key is not null and {{ filled('customer_id') }} is not null
    group by email_key

),

-- The fields of the order are on its first row. A row with neither these fields nor a line is checked as an order.
from_admin as (

    select
        name as order_id,
        cast(null as string) as customer_id,
        lower({{ filled('email') }}) as email_key,
        {{ shopify_time('created_at') }} as order_time,
        payment_method,
        subtotal as discounted_subtotal,
        discount_amount,
        total,
        taxes as tax,
        cast(null as string) as stated_taxes_included,
        shipping,
        cast(null as string) as tips,
        cast(null as string) as payment_fee,
        currency,
        financial_status as status,
        discount_code,
        {{ shopify_time('cancelled_at') }} as cancelled_at,
        coalesce({{ filled('shipping_country') }}, billing_country) as country,
        {{ delivery_columns() }}
    from exported
    where
        coalesce({{ filled('financial_status') }}, {{ filled('subtotal') }}, {{ filled('total') }}) is not null
        or {{ filled('lineitem_name') }} is null

),

from_bulk as (

    select
        name as order_id,
        {{ shopify_number("get_json_object(customer, '$.id')") }} as customer_id,
        lower({{ filled('email') }}) as email_key,
        {{ shopify_time('createdat') }} as order_time,
        get_json_object(paymentgatewaynames, '$[0]') as payment_method,
        {{ shopify_money('subtotalpriceset') }} as discounted_subtotal,
        {{ shopify_money('totaldiscountsset') }} as discount_amount,
        {{ shopify_money('totalpriceset') }} as total,
        {{ shopify_money('totaltaxset') }} as tax,
        taxesincluded as stated_taxes_included,
        {{ shopify_money('totalshippingpriceset') }} as shipping,
        {{ shopify_money('totaltipreceivedset') }} as tips,
        {{ shopify_payment_fee('transactions') }} as payment_fee,
        get_json_object(totalpriceset, '$.shopMoney.currencyCode') as currency,
        displayfinancialstatus as status,
        discountcode as discount_code,
        {{ shopify_time('cancelledat') }} as cancelled_at,
        get_json_object(shippingaddress, '$.countryCodeV2') as country,
        {{ delivery_columns() }}
    from bulk

),

unioned as (

    select * from from_admin
    union all
    select * from from_bulk

),

-- Shopify's subtotal is after discounts, silver's is before discounts.
priced as (

    select
        *,
        try_cast(discounted_subtotal as decimal(12, 2)) as net,
        coalesce(try_cast(discount_amount as decimal(12, 2)), 0) as discount
    from unioned

),

final as (

    select
        priced.order_id,
        -- a customer who is not in the customer export still has the same id in every order
        coalesce(
            priced.customer_id,
            customers.customer_id,
            concat('email-', left(sha2(priced.email_key, 256), 32))
        ) as customer_id,
        priced.order_time,
        priced.payment_method,
        cast(
            round({{ safe_divide('100 * priced.discount', 'priced.net + priced.discount') }}, 2) as string
        ) as discount_pct,
        coalesce(cast(priced.net + priced.discount as string), priced.discounted_subtotal) as subtotal_usd,
        coalesce({{ filled('priced.total') }}, priced.discounted_subtotal) as total_usd,
        priced.country,
        priced.status,
        priced.currency,
        priced.tax,
        cast(
            {{ shopify_has_taxes_in_prices(
                'priced.stated_taxes_included', 'priced.tax', 'priced.total', 'priced.net', 'priced.shipping',
                'priced.tips'
            ) }} as string
        ) as taxes_included,
        priced.shipping,
        priced.tips,
        priced.payment_fee,
        priced.discount_code,
        priced.cancelled_at,
        case when priced.customer_id is null then priced.email_key end as _joined_key,
        {{ delivery_columns('priced') }}
    from priced
    left join customers on priced.email_key = customers.email_key

)

select * from final
