with orders as (

    select
        customer_id,
        count(*) as order_count,
        sum(gross_sales - discounts) as net_revenue
    from {{ ref('int_order_amounts') }}
    where not is_cancelled
    group by customer_id

),

refunds as (

    select customer_id, sum(returns) as returns
    from {{ ref('int_refunds') }}
    where not is_cancelled
    group by customer_id

),

sessions as (

    select customer_id, count(*) as session_count
    from {{ ref('session_metrics') }}
    group by customer_id

),

known_customers as (

    select customer_id, 1 as row_count from {{ ref('int_customers') }}

),

customer_360 as (

    select customer_id, order_count, session_count, lifetime_revenue from {{ ref('customer_360') }}

),

customers as (

    select customer_id from known_customers
    union
    select customer_id from orders
    union
    select customer_id from sessions
    union
    select customer_id from customer_360

),

compared as (

    select
        customers.customer_id,
        customer_360.customer_id is null as is_missing,
        known_customers.customer_id is null
        and orders.customer_id is null
        and sessions.customer_id is null as is_unfounded,
        coalesce(orders.order_count, 0) as silver_order_count,
        coalesce(customer_360.order_count, 0) as gold_order_count,
        coalesce(orders.net_revenue, 0) - coalesce(refunds.returns, 0) as silver_net_revenue,
        coalesce(customer_360.lifetime_revenue, 0) as gold_net_revenue,
        coalesce(sessions.session_count, 0) as session_metrics_session_count,
        coalesce(customer_360.session_count, 0) as gold_session_count
    from customers
    left join known_customers on customers.customer_id = known_customers.customer_id
    left join orders on customers.customer_id = orders.customer_id
    left join refunds on customers.customer_id = refunds.customer_id
    left join sessions on customers.customer_id = sessions.customer_id
    left join customer_360 on customers.customer_id = customer_360.customer_id

)

select *
from compared
where
    is_missing
    or is_unfounded
    or gold_order_count <> silver_order_count
    or gold_net_revenue <> silver_net_revenue
    or gold_session_count <> session_metrics_session_count
