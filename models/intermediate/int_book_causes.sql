{{ config(materialized='view') }}
{%- set figures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales'] %}
{%- set listed = figures | join(', ') %}
{%- set negative = '-' ~ figures | join(', -') %}

with orders as (

    select
        order_date, order_time, currency, exchange_rate, is_cancelled, is_paid, gross_sales, discounts,
        0 as returns, gross_sales - discounts as net_sales, shipping, tax, shop_total - tips as total_sales, tips
    from {{ ref('int_order_amounts') }}

),

refunds as (

    select
        refund_date, order_date, refused_by, exchange_difference, 0 as gross_sales, 0 as discounts, returns,
        -returns as net_sales, -returned_shipping as shipping, -returned_tax as tax,
        -returns - returned_shipping - returned_tax as total_sales
    from {{ ref('int_refund_lines') }}
    where not is_cancelled

),

-- Deliveries with a total and a time. Without an id, every row is an order of its own; an invalid id is an id, too.
rejected as (

    select
        order_id, order_date, coalesce(currency, '{{ shop_currency() }}') as currency,
        coalesce(subtotal_usd, total_usd) as gross_sales, coalesce(shipping, 0) as shipping, coalesce(tax, 0) as tax,
        total_usd - coalesce(tips, 0) - coalesce(shipping, 0) - coalesce(tax, 0) as net_sales,
        row_number() over (
            partition by coalesce(
                order_id, case when broken_rule = 'invalid_id' then broken_value end, {{ delivered_row() }}
            )
            order by _ingested_at desc, _source_file desc, _row_number desc
        ) as delivery
    from {{ ref('int_orders_checked') }}
    where broken_rule is not null and total_usd is not null and order_time between {{ plausible_times() }}

),

-- The latest such delivery, in the shop's currency. An order delivered again without the error is not missing.
quarantined as (

    select
        rejected.*, rejected.gross_sales - rejected.net_sales as discounts, 0 as returns,
        rejected.net_sales + rejected.shipping + rejected.tax as total_sales
    from rejected
    left anti join {{ ref('int_order_amounts') }} as known on rejected.order_id = known.order_id
    where rejected.delivery = 1 and rejected.currency = '{{ shop_currency() }}'

),

-- How much higher each figure would be if it were counted as the cause says.
causes as (

    select 'cancelled and voided orders' as cause, order_date as day, {{ listed }}
    from orders
    where is_cancelled
    union all
    select 'orders that are not paid' as cause, order_date as day, {{ negative }}
    from orders
    where not is_paid and not is_cancelled
    union all
    select
        'other currencies at face value' as cause,
        order_date as day
        {%- for figure in figures %},
        {{ figure }} / exchange_rate - {{ figure }}
        {%- endfor %}
    from orders
    where exchange_rate <> 1 and not is_cancelled
    union all
    select 'days in UTC' as cause, to_date(order_time) as day, {{ listed }}
    from orders
    where not is_cancelled
    union all
    select 'days in UTC' as cause, order_date as day, {{ negative }}
    from orders
    where not is_cancelled
    union all
    select
        'tips' as cause, order_date as day, 0 as gross_sales, 0 as discounts, 0 as returns, 0 as net_sales,
        0 as shipping, 0 as tax, tips as total_sales
    from orders
    where not is_cancelled and tips <> 0
    union all
    select 'orders in quarantine' as cause, order_date as day, {{ listed }}
    from quarantined
    union all
    select 'refunds on the day of the order' as cause, order_date as day, {{ listed }}
    from refunds
    where refused_by is null
    union all
    select 'refunds on the day of the order' as cause, refund_date as day, {{ negative }}
    from refunds
    where refused_by is null
    union all
    select 'refunds in quarantine' as cause, refund_date as day, {{ listed }}
    from refunds
    where refused_by is not null
    union all
    select
        'refunds at the rate of their day' as cause, refund_date as day, 0 as gross_sales, 0 as discounts,
        exchange_difference as returns, -exchange_difference as net_sales, 0 as shipping, 0 as tax,
        -exchange_difference as total_sales
    from refunds
    where refused_by is null

),

by_month as (

    select
        trunc(day, 'month') as month,
        cause
        {%- for figure in figures %},
        cast(round(sum({{ figure }}), 2) as decimal(18, 2)) as {{ figure }}
        {%- endfor %}
    from causes
    group by trunc(day, 'month'), cause

),

-- One pass over the orders: a union of the figures would read them again for each.
exploded as (

    select
        month,
        cause,
        explode(array(
            {%- for figure in figures %}
            struct('{{ figure }}' as figure, {{ figure }} as amount){{ ',' if not loop.last }}
            {%- endfor %}
        )) as entry
    from by_month

),

final as (

    select month, entry.figure, cause, entry.amount
    from exploded

)

select * from final
