-- Which segments hold the revenue?
with customer_rfm as (

    select * from {{ ref('customer_rfm') }}

),

final as (

    select
        segment,
        count(*) as customer_count,
        sum(monetary) as net_revenue,
        {{ percentage('sum(monetary)', 'sum(sum(monetary)) over ()') }} as revenue_share_pct,
        cast(round({{ safe_divide('sum(monetary)', 'count(*)', 0) }}, 2) as decimal(14, 2)) as revenue_per_customer
    from customer_rfm
    group by segment

)

select * from final
order by net_revenue desc
