with sessions_of_events as (

    select
        events.session_id,
        {{ shop_date('min(events.event_time)') }} as session_date,
        count(*) as event_count,
        count(case when events.is_repeat is not true then stages.event_type end) as stage_event_count,
        max(case when events.event_type = 'purchase' then 1 else 0 end) as purchasing_session_count
    from {{ ref('int_events') }} as events
    left join {{ ref('funnel_stages') }} as stages on events.event_type = stages.event_type
    {%- if is_mapped('events') %}
    -- one row for each event, however many products it has
    where events.product_number = 1
    {%- endif %}
    group by events.session_id

),

-- The stage that purchases and nothing else reach, if the shop has one.
purchase_stage as (

    select stage
    from {{ ref('funnel_stages') }}
    group by stage
    having min(event_type) = 'purchase' and max(event_type) = 'purchase'

),

figures as (

    select
        'events' as layer,
        session_date,
        count(*) as session_count,
        sum(event_count) as event_count,
        sum(stage_event_count) as stage_event_count,
        sum(purchasing_session_count) as purchasing_session_count
    from sessions_of_events
    group by session_date
    union all
    select
        'sessions' as layer,
        session_date,
        count(*) as session_count,
        sum(event_count) as event_count,
        cast(null as bigint) as stage_event_count,
        count_if(has_purchased) as purchasing_session_count
    from {{ ref('session_metrics') }}
    group by session_date
    union all
    select
        'funnel' as layer,
        funnel.event_date as session_date,
        cast(null as bigint) as session_count,
        cast(null as bigint) as event_count,
        sum(funnel.event_count) as stage_event_count,
        sum(case when purchase_stage.stage is not null then funnel.session_count else 0 end) as purchasing_session_count
    from {{ ref('site_funnel') }} as funnel
    left join purchase_stage on funnel.stage = purchase_stage.stage
    group by funnel.event_date
    union all
    select
        'days' as layer,
        sales_date as session_date,
        session_count,
        cast(null as bigint) as event_count,
        cast(null as bigint) as stage_event_count,
        cast(null as bigint) as purchasing_session_count
    from {{ ref('daily_sales') }}
    union all
    select
        'excluded' as layer,
        {{ shop_date('session_start_at') }} as session_date,
        count(*) as session_count,
        sum(event_count) as event_count,
        sum(aggregate(stage_event_counts, cast(0 as bigint), (total, events) -> total + events)) as stage_event_count,
        count_if(order_count > 0) as purchasing_session_count
    from {{ ref('int_visits') }}
    where excluded_reason is not null
    group by {{ shop_date('session_start_at') }}
    union all
    select
        'repeats' as layer,
        {{ shop_date('session_start_at') }} as session_date,
        cast(null as bigint) as session_count,
        sum(repeat_count) as event_count,
        cast(null as bigint) as stage_event_count,
        cast(null as bigint) as purchasing_session_count
    from {{ ref('int_visits') }}
    group by {{ shop_date('session_start_at') }}

),

-- A layer without a row for a day counts as 0.
by_day as (

    select
        session_date,
        {%- for figure, layers in {
            'session_count': ['events', 'excluded', 'sessions', 'days'],
            'event_count': ['events', 'excluded', 'repeats', 'sessions'],
            'stage_event_count': ['events', 'excluded', 'funnel'],
            'purchasing_session_count': ['events', 'excluded', 'sessions', 'funnel'],
        }.items() %}
        {%- set comma = ',' if not loop.last %}
        {%- for layer in layers %}
        coalesce(sum(case when layer = '{{ layer }}' then {{ figure }} end), 0) as {{ layer }}_{{ figure }}
        {{- ',' if not loop.last else comma }}
        {%- endfor %}
        {%- endfor %}
    from figures
    group by session_date

)

select *
from by_day
where
    sessions_session_count + excluded_session_count <> events_session_count
    or days_session_count + excluded_session_count <> events_session_count
    or sessions_event_count + excluded_event_count + repeats_event_count <> events_event_count
    or funnel_stage_event_count + excluded_stage_event_count <> events_stage_event_count
    or sessions_purchasing_session_count + excluded_purchasing_session_count <> events_purchasing_session_count
    or (
        funnel_purchasing_session_count + excluded_purchasing_session_count <> events_purchasing_session_count
        and (select count(*) from purchase_stage) > 0
    )
