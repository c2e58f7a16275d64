-- How much revenue do abandoned carts hold, and how much of it comes back?
with cart_abandonment as (

    select * from {{ ref('cart_abandonment') }}
    where {{ in_period('session_date') }}

),

final as (

    select
        outcome,
        count(*) as cart_count,
        {{ percentage('count(*)', 'sum(count(*)) over ()') }} as cart_share_pct,
        sum(cart_value) as cart_value,
        cast(round({{ safe_divide('sum(cart_value)', 'count(*)', 0) }}, 2) as decimal(14, 2)) as average_cart_value
    from cart_abandonment
    group by outcome

)

select * from final
order by cart_value desc
