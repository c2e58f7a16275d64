with customers as (

    select * from {{ ref('int_customer_order_days') }}

),

forecasts as (

    select * from {{ ref('int_customer_forecasts') }}

),

final as (

    select
        customers.customer_id,
        customers.frequency,
        customers.active_days,
        customers.tenure_days,
        customers.monetary_value,
        customers.net_revenue_last_12m,
        cast(forecasts.probability_alive as decimal(5, 4)) as probability_alive,
        cast(forecasts.probability_order_12m as decimal(5, 4)) as probability_order_12m,
        cast(forecasts.expected_orders_12m as decimal(12, 4)) as expected_orders_12m,
        cast(forecasts.expected_order_value as decimal(14, 2)) as expected_order_value,
        cast(forecasts.predicted_ltv_12m as decimal(18, 2)) as predicted_ltv_12m
    from customers
    left join forecasts on customers.customer_id = forecasts.customer_id

)

select * from final
