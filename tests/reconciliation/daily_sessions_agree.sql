with sessions_of_events as (

    select
        session_id,
        {{ shop_date('min(event_time)') }} as session_date,
        count(*) as event_count,
        max(case when event_type = 'purchase' then 1 else 0 end) as purchasing_session_count
    from {{ ref('int_events') }}
    {%- if is_mapped('events') %}
    -- one row for each event, however many products it has
    where product_number = 1
    {%- endif %}
    group by session_id

),

figures as (

    select
        'events' as layer,
        session_date,
        count(*) as session_count,
        sum(event_count) as event_count,
        sum(purchasing_session_count) as purchasing_session_count
    from sessions_of_events
    group by session_date
    union all
    select
        'sessions' as layer,
        session_date,
        count(*) as session_count,
        sum(event_count) as event_count,
        count_if(has_purchased) as purchasing_session_count
    from {{ ref('session_metrics') }}
    group by session_date
    union all
    select
        'funnel' as layer,
        event_date as session_date,
        cast(null as bigint) as session_count,
        sum(event_count) as event_count,
        sum(case when stage = 'purchase' then session_count else 0 end) as purchasing_session_count
    from {{ ref('site_funnel') }}
    group by event_date
    union all
    select
        'days' as layer,
        sales_date as session_date,
        session_count,
        cast(null as bigint) as event_count,
        cast(null as bigint) as purchasing_session_count
    from {{ ref('daily_sales') }}
    union all
    select
        'excluded' as layer,
        {{ shop_date('session_start_at') }} as session_date,
        count(*) as session_count,
        sum(event_count) as event_count,
        count_if(order_count > 0) as purchasing_session_count
    from {{ ref('int_visits') }}
    where excluded_reason is not null
    group by {{ shop_date('session_start_at') }}

),

-- A layer without a row for a day counts as 0.
by_day as (

    select
        session_date,
        {%- for figure, layers in {
            'session_count': ['events', 'excluded', 'sessions', 'days'],
            'event_count': ['events', 'excluded', 'sessions', 'funnel'],
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
    or sessions_event_count + excluded_event_count <> events_event_count
    or funnel_event_count + excluded_event_count <> events_event_count
    or sessions_purchasing_session_count + excluded_purchasing_session_count <> events_purchasing_session_count
    or funnel_purchasing_session_count + excluded_purchasing_session_count <> events_purchasing_session_count
