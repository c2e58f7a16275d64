{{ config(severity='warn') }}

{%- if is_mapped('events') %}
-- By order, if purchases name their order.
with purchases as (

    select
        order_id,
        min(event_date) as sales_date,
        count(*) as purchase_count,
        max(amount_usd) as purchase_amount
    from {{ ref('int_events') }}
    where event_type = 'purchase' and is_repeat is not true
    group by order_id

),

orders as (

    select order_id, order_date, total_usd from {{ ref('int_orders') }}

)

select
    coalesce(orders.order_id, purchases.order_id) as order_id,
    coalesce(orders.order_date, purchases.sales_date) as sales_date,
    coalesce(purchases.purchase_count, 0) as purchase_count,
    purchases.purchase_amount,
    orders.total_usd
from orders
full outer join purchases on orders.order_id = purchases.order_id
where purchases.purchase_count is distinct from 1 or purchases.purchase_amount is distinct from orders.total_usd
{%- else %}
with purchases as (

    select
        event_date as sales_date,
        count(*) as purchase_count,
        coalesce(sum(amount_usd), 0) as purchase_amount
    from {{ ref('int_events') }}
    where event_type = 'purchase' and is_repeat is not true
    group by event_date

),

orders as (

    select
        sales_date,
        order_count,
        gross_sales - discounts as net_revenue
    from {{ ref('daily_sales') }}

),

compared as (

    select
        coalesce(orders.sales_date, purchases.sales_date) as sales_date,
        coalesce(purchases.purchase_count, 0) as purchase_count,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(purchases.purchase_count, 0) - coalesce(orders.order_count, 0) as count_difference,
        coalesce(purchases.purchase_amount, 0) as purchase_amount,
        coalesce(orders.net_revenue, 0) as net_revenue,
        coalesce(purchases.purchase_amount, 0) - coalesce(orders.net_revenue, 0) as amount_difference
    from orders
    full outer join purchases on orders.sales_date = purchases.sales_date

)

select *
from compared
where count_difference <> 0 or amount_difference <> 0
{%- endif %}
