with cart_lines as (

    select * from {{ ref('int_cart_lines') }}

),

sessions as (

    select session_id, customer_id, session_date, has_purchased from {{ ref('session_metrics') }}

),

products as (

    select product_id, price_usd from {{ ref('int_products') }}

),

order_lines as (

    select order_id, customer_id, order_time, product_id
    from {{ ref('int_order_lines') }}
    where not is_cancelled

),

carts as (

    select
        sessions.session_id,
        sessions.customer_id,
        sessions.session_date,
        sessions.has_purchased,
        max(cart_lines.last_added_at) as last_added_at,
        sum(cart_lines.quantity * coalesce(products.price_usd, 0)) as cart_value,
        sum(cart_lines.quantity) as cart_item_count
    from cart_lines
    inner join sessions on cart_lines.session_id = sessions.session_id
    left join products on cart_lines.product_id = products.product_id
    group by sessions.session_id, sessions.customer_id, sessions.session_date, sessions.has_purchased

),

-- The first order after the cart, soon enough and by the same customer, that contains one of its products.
recoveries as (

    select
        carts.session_id,
        min(struct(order_lines.order_time, order_lines.order_id)) as first_order
    from carts
    inner join cart_lines on carts.session_id = cart_lines.session_id
    inner join order_lines
        on carts.customer_id = order_lines.customer_id and cart_lines.product_id = order_lines.product_id
    where
        not carts.has_purchased
        and carts.customer_id <> 'UNKNOWN'
        and cart_lines.product_id <> 'UNKNOWN'
        and order_lines.order_time > carts.last_added_at
        and order_lines.order_time <= timestampadd(day, {{ var('cart_recovery_days') }}, carts.last_added_at)
    group by carts.session_id

),

final as (

    select
        carts.session_id,
        carts.customer_id,
        carts.session_date,
        cast(carts.cart_value as decimal(18, 2)) as cart_value,
        carts.cart_item_count,
        case
            when carts.has_purchased then 'purchased'
            when recoveries.session_id is not null then 'recovered'
            else 'abandoned'
        end as outcome,
        cast(
            round(timestampdiff(second, carts.last_added_at, recoveries.first_order.order_time) / 3600, 2)
            as decimal(10, 2)
        ) as recovered_after_hours,
        recoveries.first_order.order_id as recovered_order_id
    from carts
    left join recoveries on carts.session_id = recoveries.session_id

)

select * from final
