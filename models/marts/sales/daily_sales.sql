{%- set figures = [
    'gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales', 'tips', 'paid', 'outstanding',
    'exchange_difference'
] %}

with sessions as (

    select
        session_date as sales_date,
        count(*) as session_count,
        count_if(has_purchased) as purchasing_session_count
    from {{ ref('session_metrics') }}
    group by session_date

),

orders as (

    select
        order_date as sales_date,
        count_if(not is_cancelled) as order_count,
        count_if(is_cancelled) as cancelled_order_count,
        sum(case when is_cancelled then shop_total else 0 end) as cancelled_sales
    from {{ ref('int_order_amounts') }}
    group by order_date

),

ledger as (

    select
        entry_date as sales_date,
        sum(quantity) as unit_count,
        {%- for figure in figures %}
        sum({{ figure }}) as {{ figure }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_sales_ledger') }}
    group by entry_date

),

-- The same refunds by the day of their order.
returns_of_orders as (

    select order_date as sales_date, sum(returns) as order_day_returns
    from {{ ref('int_sales_ledger') }}
    group by order_date

),

active_days as (

    select sales_date from sessions
    union
    select sales_date from orders
    union
    select sales_date from ledger

),

span as (

    select min(sales_date) as first_date, max(sales_date) as last_date
    from active_days

),

-- One row for every day between the first and the last, so that charts show days without sales.
days as (

    select explode(sequence(first_date, last_date, interval 1 day)) as sales_date
    from span

),

final as (

    select
        days.sales_date,
        coalesce(sessions.session_count, 0) as session_count,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(ledger.unit_count, 0) as unit_count,
        cast(coalesce(ledger.gross_sales, 0) as decimal(18, 2)) as gross_revenue,
        cast(coalesce(ledger.net_sales, 0) as decimal(18, 2)) as net_revenue,
        {{ amount_per('ledger.gross_sales - ledger.discounts', 'orders.order_count') }} as average_order_value,
        {{ percentage('sessions.purchasing_session_count', 'sessions.session_count') }} as session_conversion_pct,
        {%- for figure in figures %}
        cast(coalesce(ledger.{{ figure }}, 0) as decimal(18, 2)) as {{ figure }},
        {%- endfor %}
        cast(coalesce(returns_of_orders.order_day_returns, 0) as decimal(18, 2)) as order_day_returns,
        cast(
            coalesce(ledger.gross_sales - ledger.discounts, 0) - coalesce(returns_of_orders.order_day_returns, 0)
            as decimal(18, 2)
        ) as order_day_net_sales,
        coalesce(orders.cancelled_order_count, 0) as cancelled_order_count,
        cast(coalesce(orders.cancelled_sales, 0) as decimal(18, 2)) as cancelled_sales
    from days
    left join sessions on days.sales_date = sessions.sales_date
    left join orders on days.sales_date = orders.sales_date
    left join ledger on days.sales_date = ledger.sales_date
    left join returns_of_orders on days.sales_date = returns_of_orders.sales_date

)

select * from final
