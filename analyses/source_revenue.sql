-- Which source brings the orders, by each way of crediting the visits before them?
with channel_attribution as (

    select * from {{ ref('channel_attribution') }}
    where {{ in_period('order_date') }}

),

final as (

    select
        source,
        count(distinct order_id) as order_count,
        sum(first_touch_revenue) as first_touch_revenue,
        sum(last_touch_revenue) as last_touch_revenue,
        sum(linear_revenue) as linear_revenue
    from channel_attribution
    group by source

)

select * from final
order by linear_revenue desc, source asc
