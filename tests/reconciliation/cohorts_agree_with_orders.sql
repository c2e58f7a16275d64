with as_of as (

    {{ as_of_date() }}

),

orders as (

    select
        count_if(ledger.entry_type = 'sale' and ledger.line_number = 1) as order_count,
        coalesce(sum(ledger.net_sales), 0) as net_revenue
    from {{ ref('int_sales_ledger') }} as ledger
    cross join as_of
    where ledger.customer_id <> 'UNKNOWN' and ledger.entry_date <= last_day(as_of.as_of_date)

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
