with excluded_sessions as (

    {{ excluded_sessions() }}

),

events as (

    select
        events.event_date,
        count_if(events.event_type = 'page_view') as view_count,
        count_if(events.event_type = 'add_to_cart') as cart_count
    from {{ ref('int_events') }} as events
    left anti join excluded_sessions on events.session_id = excluded_sessions.session_id
    where events.product_id is not null and events.is_repeat is not true
    group by events.event_date

),

orders as (

    select order_date as event_date, count(*) as order_count
    from (
        select distinct order_date, order_id, product_id
        from {{ ref('int_order_lines') }}
        where not is_cancelled
    ) as ordered_products
    group by order_date

),

products as (

    select
        event_date,
        sum(view_count) as view_count,
        sum(cart_count) as cart_count,
        sum(order_count) as order_count
    from {{ ref('product_metrics') }}
    group by event_date

),

funnel as (

    select
        event_date,
        sum(view_count) as view_count,
        sum(cart_count) as cart_count,
        sum(order_count) as order_count
    from {{ ref('product_funnel') }}
    group by event_date

),

days as (

    select event_date from events
    union
    select event_date from orders
    union
    select event_date from products
    union
    select event_date from funnel

),

compared as (

    select
        days.event_date,
        coalesce(events.view_count, 0) as events_view_count,
        coalesce(products.view_count, 0) as products_view_count,
        coalesce(funnel.view_count, 0) as funnel_view_count,
        coalesce(events.cart_count, 0) as events_cart_count,
        coalesce(products.cart_count, 0) as products_cart_count,
        coalesce(funnel.cart_count, 0) as funnel_cart_count,
        coalesce(orders.order_count, 0) as lines_order_count,
        coalesce(products.order_count, 0) as products_order_count,
        coalesce(funnel.order_count, 0) as funnel_order_count
    from days
    left join events on days.event_date = events.event_date
    left join orders on days.event_date = orders.event_date
    left join products on days.event_date = products.event_date
    left join funnel on days.event_date = funnel.event_date

)

select *
from compared
where
    products_view_count <> events_view_count
    or funnel_view_count <> events_view_count
    or products_cart_count <> events_cart_count
    or funnel_cart_count <> events_cart_count
    or products_order_count <> lines_order_count
    or funnel_order_count <> lines_order_count
