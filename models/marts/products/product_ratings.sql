with reviews as (

    select product_id, rating
    from {{ ref('int_reviews') }}
    where product_id is not null and rating is not null

),

products as (

    select product_id, product_name, category from {{ ref('int_products') }}

),

rated as (

    select
        product_id,
        cast(round({{ safe_divide('sum(rating)', 'count(*)') }}, 2) as decimal(3, 2)) as avg_rating,
        count(*) as review_count
    from reviews
    group by product_id

),

final as (

    select
        rated.product_id,
        coalesce(products.product_name, 'UNKNOWN') as product_name,
        coalesce(products.category, 'UNKNOWN') as category,
        rated.avg_rating,
        rated.review_count
    from rated
    left join products on rated.product_id = products.product_id

)

select * from final
