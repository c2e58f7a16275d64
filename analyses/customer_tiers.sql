with customers as (

    select
        *,
        {{ shop_date('greatest(last_active_at, last_order_at)') }} as last_seen_date
    from {{ published(ref('rpt_customer_360')) }}

),

seen as (

    select * from customers
    where {{ in_period('last_seen_date') }}

),

tiers as (

    select
        customer_tier,
        count(*) as customer_count,
        count_if(is_high_risk_window_shopper) as high_risk_customer_count,
        sum(session_count) as session_count,
        sum(order_count) as order_count,
        sum(lifetime_revenue) as lifetime_revenue,
        sum(gross_margin) as gross_margin
    from seen
    group by customer_tier

),

final as (

    select
        customer_tier,
        customer_count,
        high_risk_customer_count,
        session_count,
        order_count,
        lifetime_revenue,
        gross_margin,
        coalesce({{ amount_per('lifetime_revenue', 'order_count') }}, 0) as net_revenue_per_order,
        cast(round({{ safe_divide('lifetime_revenue', 'customer_count', 0) }}, 2) as decimal(14, 2))
            as revenue_per_customer,
        {{ percentage('lifetime_revenue', 'sum(lifetime_revenue) over ()') }} as revenue_share_pct
    from tiers

)

select * from final
order by lifetime_revenue desc, customer_tier asc
