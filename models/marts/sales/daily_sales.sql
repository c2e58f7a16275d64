with sessions as (

    select
        session_date as sales_date,
        count(*) as session_count,
        count_if(has_purchased) as purchasing_session_count
    from {{ ref('session_metrics') }}
    group by session_date

),

orders as (

    select order_date as sales_date, count(*) as order_count
    from {{ ref('int_orders') }}
    group by order_date

),

revenue as (

    select
        order_date as sales_date,
        sum(quantity) as unit_count,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue
    from {{ ref('int_order_lines') }}
    group by order_date

),

active_days as (

    select sales_date from sessions
    union
    select sales_date from orders

),

span as (

    select min(sales_date) as first_date, max(sales_date) as last_date
    from active_days

),

-- A row for every day between the first and the last, so that a chart shows the days without any sale.
days as (

    select explode(sequence(first_date, last_date, interval 1 day)) as sales_date
    from span

),

final as (

    select
        days.sales_date,
        coalesce(sessions.session_count, 0) as session_count,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(revenue.unit_count, 0) as unit_count,
        cast(coalesce(revenue.gross_revenue, 0) as decimal(18, 2)) as gross_revenue,
        cast(coalesce(revenue.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        {{ average_order_value('revenue.net_revenue', 'orders.order_count') }} as average_order_value,
        {{ percentage('sessions.purchasing_session_count', 'sessions.session_count') }} as session_conversion_pct
    from days
    left join sessions on days.sales_date = sessions.sales_date
    left join orders on days.sales_date = orders.sales_date
    left join revenue on days.sales_date = revenue.sales_date

)

select * from final
