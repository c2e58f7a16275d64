with customers as (

    select * from {{ ref('int_customers') }}

),

as_of as (

    {{ as_of_date() }}

),

sessions as (

    select
        customer_id,
        count(*) as session_count,
        min(session_start_at) as first_active_at,
        max(session_end_at) as last_active_at
    from {{ ref('session_metrics') }}
    group by customer_id

),

orders as (

    select * from {{ ref('customer_ltv') }}

),

segments as (

    select customer_id, segment from {{ ref('customer_rfm') }}

),

forecasts as (

    select
        customer_id,
        probability_alive,
        probability_order_12m,
        predicted_ltv_12m,
        net_revenue_last_12m
    from {{ ref('customer_ltv_forecast') }}

),

-- Everybody who visited or ordered has a row, whether or not the customer export has them.
all_customers as (

    select customer_id from customers
    union
    select customer_id from sessions
    union
    select customer_id from orders

),

measured as (

    select
        all_customers.customer_id,
        case
            when not {{ has_email('customers.customer_name') }} then customers.customer_name else 'UNKNOWN'
        end as name,
        sha2(customers.email, 256) as email_sha256,
        customers.country,
        customers.age,
        customers.signup_date,
        customers.marketing_opt_in,
        coalesce(sessions.session_count, 0) as session_count,
        coalesce(orders.order_count, 0) as order_count,
        coalesce(orders.net_revenue, 0) as lifetime_revenue,
        coalesce(orders.gross_margin, 0) as gross_margin,
        orders.average_order_value,
        sessions.first_active_at,
        sessions.last_active_at,
        orders.first_order_at,
        orders.last_order_at,
        cast(datediff(as_of.as_of_date, customers.signup_date) as int) as days_since_signup,
        cast(datediff(as_of.as_of_date, {{ shop_date('sessions.last_active_at') }}) as int) as days_since_last_active,
        segments.segment as rfm_segment,
        forecasts.probability_alive,
        forecasts.probability_order_12m,
        forecasts.predicted_ltv_12m,
        forecasts.net_revenue_last_12m
    from all_customers
    cross join as_of
    left join customers on all_customers.customer_id = customers.customer_id
    left join sessions on all_customers.customer_id = sessions.customer_id
    left join orders on all_customers.customer_id = orders.customer_id
    left join segments on all_customers.customer_id = segments.customer_id
    left join forecasts on all_customers.customer_id = forecasts.customer_id

),

tiered as (

    select
        measured.customer_id,
        max_by(
            tiers.customer_tier, struct(tiers.min_order_count, tiers.min_lifetime_revenue_usd)
        ) as customer_tier
    from measured
    inner join {{ ref('customer_tiers') }} as tiers
        on
            measured.order_count >= tiers.min_order_count
            -- refunds can exceed what was paid by cents, since their currency is rounded
            and greatest(measured.lifetime_revenue, 0) >= tiers.min_lifetime_revenue_usd
    group by measured.customer_id

),

final as (

    select
        measured.*,
        tiered.customer_tier,
        measured.order_count = 0
        and measured.session_count >= {{ var('window_shopper_min_sessions') }}
        and measured.days_since_last_active > {{ var('window_shopper_min_days_inactive') }}
            as is_high_risk_window_shopper
    from measured
    left join tiered on measured.customer_id = tiered.customer_id

)

select * from final
