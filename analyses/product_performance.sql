with days as (

    select * from {{ published(ref('rpt_product_performance')) }}
    where {{ in_period('event_date') }}

),

final as (

    select
        product_id,
        product_name,
        category,
        sum(view_count) as view_count,
        sum(cart_count) as cart_count,
        sum(order_count) as order_count,
        sum(purchase_count) as purchase_count,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue,
        {{ percentage('sum(cart_count)', 'sum(view_count)') }} as view_to_cart_pct,
        {{ percentage('sum(order_count)', 'sum(cart_count)') }} as cart_to_purchase_pct,
        {{ percentage('sum(order_count)', 'sum(view_count)') }} as overall_conversion_pct,
        sum(cart_count) > sum(view_count) as has_quick_add,
        max(avg_rating) as avg_rating,
        max(review_count) as review_count
    from days
    group by product_id, product_name, category

)

select * from final
order by net_revenue desc, product_id asc
