-- depends_on: {{ ref('gate') }}
with product_metrics as (

    select * from {{ ref('product_metrics') }}

),

product_funnel as (

    select * from {{ ref('product_funnel') }}

),

product_ratings as (

    select * from {{ ref('product_ratings') }}

),

final as (

    select
        product_metrics.event_date,
        product_metrics.product_id,
        product_metrics.product_name,
        product_metrics.category,
        product_metrics.view_count,
        product_metrics.cart_count,
        product_metrics.order_count,
        product_metrics.purchase_count,
        product_metrics.gross_revenue,
        product_metrics.net_revenue,
        product_metrics.discounts,
        product_metrics.returns,
        product_metrics.returned_unit_count,
        product_funnel.view_to_cart_pct,
        product_funnel.cart_to_purchase_pct,
        product_funnel.overall_conversion_pct,
        product_funnel.has_quick_add,
        product_ratings.avg_rating,
        coalesce(product_ratings.review_count, 0) as review_count
    from product_metrics
    left join product_funnel
        on
            product_metrics.event_date = product_funnel.event_date
            and product_metrics.product_id = product_funnel.product_id
    left join product_ratings on product_metrics.product_id = product_ratings.product_id

)

select * from final
