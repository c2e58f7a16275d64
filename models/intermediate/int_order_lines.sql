{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_order_months() %}
{{ replace_months(months) }}
with orders as (

    select order_id, customer_id, order_time, order_date, total_usd, _month
    from {{ ref('int_orders') }}
    where {{ in_months(months) }}

),

order_items as (

    select order_id, product_id, unit_price_usd, quantity, line_total_usd, order_item_id
    from {{ ref('int_order_items') }}

),

-- An order without lines has one of the product UNKNOWN, which takes its whole revenue.
lines as (

    select
        orders.*,
        coalesce(order_items.product_id, 'UNKNOWN') as product_id,
        coalesce(order_items.unit_price_usd, 0) as unit_price_usd,
        coalesce(order_items.quantity, 0) as quantity,
        coalesce(order_items.line_total_usd, 0) as gross_revenue,
        sum(order_items.line_total_usd) over (partition by orders.order_id) as order_gross_revenue,
        -- the greatest line of an order comes first and takes the remainder
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
        {{ allocated_share('total_usd', 'gross_revenue', 'order_gross_revenue') }} as share_usd
    from lines

),

final as (

    select
        order_id,
        line_number,
        coalesce(customer_id, 'UNKNOWN') as customer_id,
        order_time,
        order_date,
        product_id,
        cast(unit_price_usd as decimal(12, 2)) as unit_price_usd,
        cast(quantity as int) as quantity,
        cast(gross_revenue as decimal(12, 2)) as gross_revenue,
        cast(
            case
                when line_number = 1 then total_usd - sum(share_usd) over (partition by order_id) + share_usd
                else share_usd
            end as decimal(14, 2)
        ) as net_revenue,
        _month,
        {{ version_column() }}
    from shared

)

select * from final
