{%- set not_set = '(not set)' %}
{%- set unknown = dict(
    source='UNKNOWN', traffic_source=not_set, traffic_medium=not_set, campaign=not_set, channel_group='Unassigned'
) %}
{%- set grain = unknown.keys() | list %}
{%- set models = attribution_models() %}
with orders as (

    select order_id, customer_id, order_date, min(order_time) as order_time, sum(net_sales) as net_sales
    from {{ ref('int_sales_ledger') }}
    group by order_id, customer_id, order_date

),

sessions as (

    select * from {{ ref('session_metrics') }}
    where coalesce(has_consent, true)

),

visits as (

    select
        orders.order_id,
        sessions.{{ (['session_id', 'session_start_at'] + grain) | join(', sessions.') }},
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
    where event_type = 'purchase' and order_id is not null and is_repeat is not true
    group by order_id

),

visits_and_purchases as (

    select visits.* from visits
    left anti join purchases on visits.order_id = purchases.order_id and visits.session_id = purchases.session_id
    union all
    select
        orders.order_id,
        sessions.{{ (['session_id', 'session_start_at'] + grain) | join(', sessions.') }},
        1 as is_purchase
    from orders
    inner join purchases on orders.order_id = purchases.order_id
    inner join sessions on purchases.session_id = sessions.session_id

),
{%- endif %}

numbered as (

    select
        *,
        count(*) over (partition by order_id) as touch_count,
        max(session_start_at) over (partition by order_id) as last_start_at,
        row_number() over (
            partition by order_id order by is_purchase asc, session_start_at asc, session_id asc
        ) as touch_number,
        row_number() over (
            partition by order_id
            order by channel_group = 'Direct' asc, is_purchase desc, session_start_at desc, session_id desc
        ) as non_direct_number
    from {{ 'visits_and_purchases' if is_mapped('events') else 'visits' }}

),

weighed as (

    select
        order_id,
        {{ grain | join(', ') }},
        {%- for model, weight in models.items() %}
        sum({{ weight }}) as {{ model }}_weight
        {{- ',' if not loop.last }}
        {%- endfor %}
    from numbered
    group by order_id, {{ grain | join(', ') }}

),

-- An order without an earlier session is credited to what is not known.
credited as (

    select
        orders.order_id,
        orders.order_date,
        orders.net_sales,
        {%- for column, value in unknown.items() %}
        coalesce(weighed.{{ column }}, '{{ value }}') as {{ column }},
        {%- endfor %}
        {%- for model in models %}
        coalesce(weighed.{{ model }}_weight, 1) as {{ model }}_weight,
        coalesce(sum(weighed.{{ model }}_weight) over (partition by orders.order_id), 1) as {{ model }}_total
        {{- ',' if not loop.last }}
        {%- endfor %}
    from orders
    left join weighed on orders.order_id = weighed.order_id

),

shared as (

    select
        *,
        {%- for model in models %}
        cast(round({{ safe_divide(model ~ '_weight', model ~ '_total', 0) }}, 6) as decimal(7, 6)) as {{ model }}_share,
        {{ allocated_share('net_sales', model ~ '_weight', model ~ '_total') }} as {{ model }}_usd
        {{- ',' if not loop.last }}
        {%- endfor %}
    from credited

),

-- The rounding difference goes to the last touch, so the shares of an order add up.
final as (

    select
        order_id,
        {{ grain | join(', ') }},
        order_date,
        {%- for model in models %}
        cast({{ model }}_share + last_touch_weight * (1 - sum({{ model }}_share) over (partition by order_id))
            as decimal(7, 6)) as {{ model }},
        {%- endfor %}
        {%- for model in models %}
        cast({{ model }}_usd + last_touch_weight * (net_sales - sum({{ model }}_usd) over (partition by order_id))
            as decimal(14, 2)) as {{ model }}_revenue
        {{- ',' if not loop.last }}
        {%- endfor %}
    from shared

)

select * from final
