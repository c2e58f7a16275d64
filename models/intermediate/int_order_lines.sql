{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set amounts = {
    'gross_sales': 'gross_revenue', 'net_sales': 'net_revenue', 'shipping': 'shipping', 'tax': 'tax', 'tips': 'tips',
    'payment_fee': 'payment_fee'
} %}
{%- set months = changed_months([ref('int_order_amounts')]) %}
{{ replace_months(months) }}
with orders as (

    select
        order_id, customer_id, order_time, order_date, source, is_cancelled, is_paid, gross_sales,
        gross_sales - discounts as net_sales, shipping, tax, tips, payment_fee, _month
    from {{ ref('int_order_amounts') }}
    where {{ in_months(months) }}

),

order_items as (

    select order_id, product_id, unit_price_usd, quantity, line_total_usd, order_item_id
    from {{ ref('int_order_items') }}

),

-- An order without lines has one line with the product UNKNOWN, which takes its whole revenue.
lines as (

    select
        orders.*,
        coalesce(order_items.product_id, 'UNKNOWN') as product_id,
        coalesce(order_items.unit_price_usd, 0) as unit_price_usd,
        coalesce(order_items.quantity, 0) as quantity,
        coalesce(order_items.line_total_usd, 0) as line_total,
        sum(order_items.line_total_usd) over (partition by orders.order_id) as order_line_total,
        -- the largest line of an order comes first and takes the remainder
        row_number() over (
            partition by orders.order_id
            order by
                order_items.line_total_usd desc,
                order_items.product_id desc,
                order_items.unit_price_usd desc,
                order_items.quantity desc,
                cast(split_part(order_items.order_item_id, ':', 5) as int) desc
        ) as line_number
    from orders
    left join order_items on orders.order_id = order_items.order_id

),

shared as (

    select
        *,
        {%- for amount in amounts %}
        {{ allocated_share(amount, 'line_total', 'order_line_total') }} as {{ amount }}_share
        {{- ',' if not loop.last }}
        {%- endfor %}
    from lines

),

final as (

    select
        order_id,
        line_number,
        customer_id,
        order_time,
        order_date,
        source,
        is_cancelled,
        is_paid,
        product_id,
        cast(unit_price_usd as decimal(12, 2)) as unit_price_usd,
        cast(quantity as int) as quantity,
        {%- for amount, name in amounts.items() %}
        {{ without_loss(amount, amount ~ '_share', 'order_id', 'line_number') }} as {{ name }},
        {%- endfor %}
        _month,
        {{ version_column() }}
    from shared

)

select * from final
