with as_of as (

    {{ as_of_date() }}

),

orders as (

    select
        count(*) as order_count,
        coalesce(sum(int_orders.total_usd), 0) as net_revenue
    from {{ ref('int_orders') }} as int_orders
    cross join as_of
    where int_orders.customer_id is not null and int_orders.order_date <= last_day(as_of.as_of_date)

),

cohorts as (

    select
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(net_revenue), 0) as net_revenue
    from {{ ref('customer_cohorts') }}

)

select
    orders.order_count,
    cohorts.order_count as cohort_order_count,
    orders.net_revenue,
    cohorts.net_revenue as cohort_net_revenue
from orders
cross join cohorts
where orders.order_count <> cohorts.order_count or orders.net_revenue <> cohorts.net_revenue
