{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set orders, rates, shop_currency = ref('int_orders'), ref('int_exchange_rates'), shop_currency() %}
{%- set months = changed_order_months() %}
{%- do require_rates(orders, 'order_date', in_months(months), 'orders') %}
{{ replace_months(months) }}
with orders as (

    select
        *,
        coalesce(currency, '{{ shop_currency }}') as order_currency,
        case when taxes_included then coalesce(tax, 0) else 0 end as included_tax
    from {{ orders }}
    where {{ in_months(months) }}

),

items as (

    select order_id, sum(line_total_usd) as line_total
    from {{ ref('int_order_items') }}
    group by order_id

),

rates as (

    select rate_date, currency, rate from {{ rates }}

),

-- The discount is what the lines cost above the total. Shipping and goods share the tax included in their prices.
charged as (

    select
        orders.*,
        case
            when orders.order_currency = '{{ shop_currency }}' then cast(1 as decimal(18, 8)) else rates.rate
        end as exchange_rate,
        coalesce(items.line_total, 0) + coalesce(orders.shipping, 0) + coalesce(orders.tax, 0) - orders.included_tax
        + coalesce(orders.tips, 0) - orders.total_usd as discount_with_tax,
        {{ allocated_share(
            'orders.included_tax', 'coalesce(orders.shipping, 0)', 'orders.total_usd - coalesce(orders.tips, 0)'
        ) }} as tax_in_shipping
    from orders
    left join items on orders.order_id = items.order_id
    left join rates on orders.order_currency = rates.currency and orders.order_date = rates.rate_date

),

-- A discount on prices with tax reduces both the goods and their tax.
untaxed as (

    select
        *,
        discount_with_tax - {{ allocated_share(
            'included_tax - tax_in_shipping',
            'discount_with_tax',
            'total_usd - coalesce(tips, 0) - coalesce(shipping, 0)'
        ) }} as discount
    from charged

),

converted as (

    select
        *,
        {{ converted('total_usd', 'exchange_rate') }} as shop_total,
        {{ converted('discount', 'exchange_rate') }} as shop_discounts,
        {{ converted('coalesce(shipping, 0) - tax_in_shipping', 'exchange_rate') }} as shop_shipping,
        {{ converted('coalesce(tax, 0)', 'exchange_rate') }} as shop_tax,
        {{ converted('coalesce(tips, 0)', 'exchange_rate') }} as shop_tips,
        {{ converted('coalesce(payment_fee, 0)', 'exchange_rate') }} as shop_payment_fee
    from untaxed

),

-- Gross sales absorb the rounding difference, so the steps add up to what was paid.
final as (

    select
        order_id,
        coalesce(customer_id, 'UNKNOWN') as customer_id,
        order_time,
        order_date,
        coalesce(source, 'UNKNOWN') as source,
        order_status,
        coalesce(order_status in ('cancelled', 'voided'), false) or cancelled_at is not null as is_cancelled,
        coalesce(order_status <> 'pending', true) as is_paid,
        order_currency as currency,
        exchange_rate,
        total_usd as order_total,
        cast(shop_total - shop_tips - shop_tax - shop_shipping + shop_discounts as decimal(14, 2)) as gross_sales,
        shop_discounts as discounts,
        shop_shipping as shipping,
        shop_tax as tax,
        shop_tips as tips,
        shop_total,
        shop_payment_fee as payment_fee,
        _month,
        {{ version_column() }}
    from converted

)

select * from final
