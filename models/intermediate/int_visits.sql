{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = session_months() %}
{%- set of_events = visit_attributes().values() | list %}
{%- set columns = visit_columns() %}
{{ replace_months(months) }}
with
{%- if is_incremental() %}
reaching_over as (

    select {{ existing_columns(columns) | join(', ') }} from {{ this }}
    where {{ reaches_over(months) }}

),
{%- endif %}

events as (

    select
        events.session_id, events.event_id, events.event_time, events.event_type, events.amount_usd,
        events.{{ of_events | join(', events.') }}
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

-- Many trackers say nothing of a visitor but the session.
telling_events as (

    select * from events
    where {{ of_events | join(' is not null or ') }} is not null

),

seen as (

    {{ attributes_of_sessions('telling_events') }}

),
{%- if not sessions_are_made_of_events() %}

sessions as (

    select * from {{ ref('int_sessions') }}

),
{%- endif %}

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
        cast(coalesce(sum(case when event_type = 'purchase' then amount_usd end), 0) as decimal(18, 2)) as revenue
    from events
    group by session_id

),

reworked as (

    select
        measured.*,
        {%- for column, places in attribute_places().items() %}
        coalesce({{ places | join(', ') }}) as {{ column }},
        {%- endfor %}
        case
            when purchases.session_id is not null then 4
            when checkouts.session_id is not null then 3
            when carts.session_id is not null then 2
            when views.session_id is not null then 1
            else 0
        end as ordered_stage_count,
        {{ shop_month('measured.session_start_at') }} as _month
    from measured
    left join seen on measured.session_id = seen.session_id
    {%- if not sessions_are_made_of_events() %}
    left join sessions on measured.session_id = sessions.session_id
    {%- endif %}
    left join views on measured.session_id = views.session_id
    left join carts on measured.session_id = carts.session_id
    left join checkouts on measured.session_id = checkouts.session_id
    left join purchases on measured.session_id = purchases.session_id

),

final as (

    select {{ columns | join(', ') }}, {{ version_column() }} from reworked
    {%- if is_incremental() %}
    union all
    select {{ columns | join(', ') }}, {{ version_column() }}
    from reaching_over
    where {{ in_months(months) }}
    {%- endif %}

)

select * from final
