with orders as (

    select order_id, customer_id, order_date, min(order_time) as order_time, sum(net_sales) as net_sales
    from {{ ref('int_sales_ledger') }}
    group by order_id, customer_id, order_date

),

sessions as (

    select session_id, customer_id, session_start_at, source
    from {{ ref('session_metrics') }}

),

visits as (

    select
        orders.order_id,
        sessions.session_id,
        sessions.session_start_at,
        sessions.source,
        0 as is_purchase
    from orders
    inner join sessions
        on
            orders.customer_id = sessions.customer_id
            and orders.order_time >= sessions.session_start_at
            and timestampadd(day, -{{ var('attribution_lookback_days') }}, orders.order_time)
            <= sessions.session_start_at
    where sessions.customer_id <> 'UNKNOWN'

),
{%- if is_mapped('events') %}

-- The purchase event says in which session an order was placed: this is the last touch, whoever visited.
purchases as (

    select order_id, min_by(session_id, struct(event_time, event_id)) as session_id
    from {{ ref('int_events') }}
    where event_type = 'purchase' and order_id is not null
    group by order_id

),

visits_and_purchases as (

    select visits.* from visits
    left anti join purchases on visits.order_id = purchases.order_id and visits.session_id = purchases.session_id
    union all
    select
        orders.order_id,
        sessions.session_id,
        sessions.session_start_at,
        sessions.source,
        1 as is_purchase
    from orders
    inner join purchases on orders.order_id = purchases.order_id
    inner join sessions on purchases.session_id = sessions.session_id

),
{%- endif %}

touches as (

    select
        order_id,
        source,
        row_number() over (
            partition by order_id order by is_purchase asc, session_start_at asc, session_id asc
        ) as touch_number,
        count(*) over (partition by order_id) as order_touch_count
    from {{ 'visits_and_purchases' if is_mapped('events') else 'visits' }}

),

sources as (

    select
        order_id,
        source,
        count(*) as touch_count,
        max(order_touch_count) as order_touch_count,
        count_if(touch_number = 1) as first_touch,
        count_if(touch_number = order_touch_count) as last_touch
    from touches
    group by order_id, source

),

-- An order without an earlier session has one source, UNKNOWN.
shared as (

    select
        orders.order_id,
        orders.order_date,
        orders.net_sales,
        coalesce(sources.source, 'UNKNOWN') as source,
        coalesce(sources.first_touch, 1) as first_touch,
        coalesce(sources.last_touch, 1) as last_touch,
        cast(
            round({{ safe_divide('sources.touch_count', 'sources.order_touch_count', 1) }}, 6) as decimal(7, 6)
        ) as share,
        {{ allocated_share(
            'orders.net_sales', 'coalesce(sources.touch_count, 1)', 'coalesce(sources.order_touch_count, 1)'
        ) }} as share_usd
    from orders
    left join sources on orders.order_id = sources.order_id

),

-- The rounding difference goes to the last touch, so the shares of an order add up.
final as (

    select
        order_id,
        source,
        order_date,
        cast(first_touch as decimal(7, 6)) as first_touch,
        cast(last_touch as decimal(7, 6)) as last_touch,
        cast(
            share + last_touch * (1 - sum(share) over (partition by order_id)) as decimal(7, 6)
        ) as linear,
        cast(first_touch * net_sales as decimal(14, 2)) as first_touch_revenue,
        cast(last_touch * net_sales as decimal(14, 2)) as last_touch_revenue,
        cast(
            share_usd + last_touch * (net_sales - sum(share_usd) over (partition by order_id)) as decimal(14, 2)
        ) as linear_revenue
    from shared

)

select * from final
