-- What does each campaign cost and bring?
with campaign_performance as (

    select * from {{ ref('campaign_performance') }}
    where {{ in_period('campaign_date') }}

),

summed as (

    select
        campaign,
        sum(session_count) as sessions,
        sum(order_count) as orders,
        sum(net_sales) as net_sales,
        sum(cost) as cost
    from campaign_performance
    group by campaign

),

final as (

    select
        campaign,
        sessions,
        orders,
        net_sales,
        cost,
        cast(round({{ safe_divide('net_sales', 'cost') }}, 2) as decimal(14, 2)) as return_on_ad_spend
    from summed

)

select * from final
order by net_sales desc, campaign asc
