{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = session_months() %}
{{ replace_months(months) }}
with
{%- if is_incremental() %}
reaching_over as (

    select * from {{ this }}
    where {{ reaches_over(months) }}

),
{%- endif %}

events as (

    select
        events.session_id, events.event_time, events.event_type, events.amount_usd
        {%- if sessions_are_made_of_events() %},
        {{ session_attributes() | join(', ') }}, events.event_id
        {%- endif %}
    from {{ ref('int_events') }} as events
    {%- if is_incremental() %}
    left anti join reaching_over on events.session_id = reaching_over.session_id
    {%- endif %}
    where
        {{ in_months(months) }}
        {%- if is_mapped('events') %}
        -- one row for each event, however many products it has
        and events.product_number = 1
        {%- endif %}

),

sessions as (

    {%- if sessions_are_made_of_events() %}
    {{ attributes_of_sessions('events') }}
    {%- else %}
    select session_id, customer_id, device, source, country from {{ ref('int_sessions') }}
    {%- endif %}

),

-- Stages in order: the first view, the first cart at or after it, the first checkout at or after that cart, and so on.
views as (

    select session_id, min(event_time) as reached_at
    from events
    where event_type = 'page_view'
    group by session_id

),

carts as (
    {{ next_stage('views', 'add_to_cart') }}
),

checkouts as (
    {{ next_stage('carts', 'checkout') }}
),

purchases as (
    {{ next_stage('checkouts', 'purchase') }}
),

measured as (

    select
        session_id,
        min(event_time) as session_start_at,
        max(event_time) as session_end_at,
        count(*) as event_count,
        count_if(event_type = 'page_view') as view_count,
        count_if(event_type = 'add_to_cart') as cart_count,
        count_if(event_type = 'checkout') as checkout_count,
        count_if(event_type = 'purchase') as order_count,
        sum(case when event_type = 'purchase' then amount_usd end) as revenue
    from events
    group by session_id

),

reworked as (

    select
        measured.session_id,
        coalesce(sessions.customer_id, 'UNKNOWN') as customer_id,
        {{ shop_date('measured.session_start_at') }} as session_date,
        measured.session_start_at,
        measured.session_end_at,
        timestampdiff(second, measured.session_start_at, measured.session_end_at) as duration_seconds,
        measured.event_count,
        measured.view_count,
        measured.cart_count,
        measured.checkout_count,
        measured.order_count,
        cast(coalesce(measured.revenue, 0) as decimal(18, 2)) as revenue,
        measured.order_count > 0 as has_purchased,
        case
            when measured.order_count > 0 then 'purchase'
            when measured.checkout_count > 0 then 'checkout'
            when measured.cart_count > 0 then 'add_to_cart'
            else 'page_view'
        end as furthest_stage,
        coalesce(sessions.device, 'UNKNOWN') as device,
        coalesce(sessions.source, 'UNKNOWN') as source,
        coalesce(sessions.country, 'UNKNOWN') as country,
        case
            when purchases.session_id is not null then 4
            when checkouts.session_id is not null then 3
            when carts.session_id is not null then 2
            when views.session_id is not null then 1
            else 0
        end as _ordered_stages,
        {{ shop_month('measured.session_start_at') }} as _month
    from measured
    left join sessions on measured.session_id = sessions.session_id
    left join views on measured.session_id = views.session_id
    left join carts on measured.session_id = carts.session_id
    left join checkouts on measured.session_id = checkouts.session_id
    left join purchases on measured.session_id = purchases.session_id

),

final as (

    select *, {{ version_column() }} from reworked
    {%- if is_incremental() %}
    union all
    select
        session_id, customer_id, session_date, session_start_at, session_end_at, duration_seconds, event_count,
        view_count, cart_count, checkout_count, order_count, revenue, has_purchased, furthest_stage, device, source,
        country, _ordered_stages, _month, {{ version_column() }}
    from reaching_over
    where {{ in_months(months) }}
    {%- endif %}

)

select * from final
