with carts as (

    select
        count(*) as cart_count,
        count_if(outcome = 'purchased') as purchased_count
    from {{ ref('cart_abandonment') }}

),

sessions as (

    select
        count_if(cart_count > 0) as cart_count,
        count_if(cart_count > 0 and has_purchased) as purchased_count
    from {{ ref('session_metrics') }}

)

select
    carts.*,
    sessions.cart_count as session_cart_count,
    sessions.purchased_count as session_purchased_count
from carts
cross join sessions
where carts.cart_count <> sessions.cart_count or carts.purchased_count <> sessions.purchased_count
