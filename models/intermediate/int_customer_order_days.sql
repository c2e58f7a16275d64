{{ config(materialized='table') }}

with as_of as (

    {{ as_of_date() }}

),

-- Each day's orders less returns. Orders without a customer do not belong to a particular person, from whom
-- anything could be expected.
order_days as (

    select
        ledger.customer_id,
        ledger.order_date,
        as_of.as_of_date,
        greatest(sum(ledger.net_sales), 0) as net_revenue
    from {{ ref('int_sales_ledger') }} as ledger
    cross join as_of
    where
        ledger.customer_id <> 'UNKNOWN'
        and ledger.order_date <= as_of.as_of_date
        and ledger.entry_date <= as_of.as_of_date
    group by ledger.customer_id, ledger.order_date, as_of.as_of_date

),

customers as (

    select
        customer_id,
        count(*) - 1 as frequency,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        sum(net_revenue) as net_revenue,
        sum(case when order_date > date_add(as_of_date, -365) then net_revenue else 0 end) as net_revenue_last_12m,
        sum(net_revenue) - min_by(net_revenue, order_date) as repeat_revenue
    from order_days
    group by customer_id

),

final as (

    select
        customers.customer_id,
        customers.frequency,
        cast(datediff(customers.last_order_date, customers.first_order_date) as int) as active_days,
        cast(datediff(as_of.as_of_date, customers.first_order_date) as int) as tenure_days,
        cast(
            round({{ safe_divide('customers.repeat_revenue', 'customers.frequency', '0') }}, 2) as decimal(14, 2)
        ) as monetary_value,
        cast(customers.net_revenue as decimal(18, 2)) as net_revenue,
        cast(customers.net_revenue_last_12m as decimal(18, 2)) as net_revenue_last_12m
    from customers
    cross join as_of

)

select * from final
