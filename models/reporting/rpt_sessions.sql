-- depends_on: {{ ref('gate') }}
with session_metrics as (

    select * from {{ ref('session_metrics') }}

),

cart_abandonment as (

    select session_id, cart_value, outcome from {{ ref('cart_abandonment') }}

),

final as (

    select
        session_metrics.session_id,
        session_metrics.session_date,
        session_metrics.device,
        session_metrics.source,
        session_metrics.country,
        session_metrics.view_count,
        session_metrics.cart_count,
        session_metrics.checkout_count,
        session_metrics.order_count,
        session_metrics.has_purchased,
        session_metrics._ordered_stages as ordered_stage_count,
        cart_abandonment.outcome as cart_outcome,
        cart_abandonment.cart_value
    from session_metrics
    left join cart_abandonment on session_metrics.session_id = cart_abandonment.session_id

)

select * from final
