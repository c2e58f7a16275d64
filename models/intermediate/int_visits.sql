{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = session_months() %}
{%- set of_events, columns = visit_attributes().values() | list, visit_columns() %}
{{ replace_months(months) }}
with
{%- if is_incremental() %}
reaching_over as (

    select {{ existing_columns(columns + ['_reason_version']) | join(', ') }} from {{ this }}
    where {{ reaches_over(months) }}

),

known as (

    select session_id, {{ existing_columns(['excluded_reason', '_reason_version']) | join(', ') }} from {{ this }}
    where {{ in_months(months) }}

),
{%- endif %}

delivered_events as (

    select
        events.session_id, events.event_id, events.event_time, events.event_type, events.amount_usd, events.is_repeat,
        stages.stage_order, events.{{ of_events | join(', events.') }}
    from {{ ref('int_events') }} as events
    left join {{ ref('funnel_stages') }} as stages on events.event_type = stages.event_type
    {%- if is_incremental() %}
    left anti join reaching_over on events.session_id = reaching_over.session_id
    {%- endif %}
    where {{ in_months(months) }}
        {%- if is_mapped('events') %}
        -- one row for each event, however many products it has
        and events.product_number = 1
        {%- endif %}

),

events as (

    select * from delivered_events
    where is_repeat is not true

),

repeats as (

    {{ repeats_of_sessions('delivered_events') }}

),

-- Many trackers say nothing of a visitor but the session.
telling_events as (

    select * from events
    where {{ of_events | join(' is not null or ') }} is not null

),

seen as (

    {{ attributes_of_sessions('telling_events') }}

),

{{ unwanted_visitors('telling_events') }},
{%- if not sessions_are_made_of_events() %}

sessions as (

    select * from {{ ref('int_sessions') }}

),
{%- endif %}

measured as (

    select
        session_id,
        min(event_time) as session_start_at,
        max(event_time) as session_end_at,
        count(*) as event_count,
        count_if(event_type = 'page_view') as view_count,
        count_if(event_type = 'add_to_cart') as cart_count,
        count_if(event_type = 'checkout') as checkout_count, count_if(event_type = 'purchase') as order_count,
        cast(coalesce(sum(case when event_type = 'purchase' then amount_usd end), 0) as decimal(18, 2)) as revenue,
        max(stage_order) as furthest_stage_order,
        {{ stage_path() }} as path
    from events
    group by session_id

),

ordered as (

    select
        measured.*,
        coalesce(repeats.repeat_count, 0) as repeat_count,
        coalesce(repeats.repeated_purchase_count, 0) as repeated_purchase_count, repeats.last_repeat_at,
        {{ reached_in_order('path') }} as stage_times,
        {{ events_by_stage('path') }} as stage_event_counts
    from measured
    left join repeats on measured.session_id = repeats.session_id

),

reworked as (

    select
        ordered.*,
        {%- for column in attribute_places() %}
        {{ visit_attribute(column) }} as {{ column }},
        {%- endfor %}
        size(ordered.stage_times) as ordered_stage_count,
        {{ excluded_reason('ordered') }} as excluded_reason,
        {{ shop_month('ordered.session_start_at') }} as _month
    from ordered
    cross join {{ ref('int_traffic_rules') }} as rules
    left join seen on ordered.session_id = seen.session_id
    left join bot_agents on seen.user_agent = bot_agents.user_agent
    left join internal_visitors on seen.ip = internal_visitors.ip
    {%- if not sessions_are_made_of_events() %}
    left join sessions on ordered.session_id = sessions.session_id
    {%- endif %}

),

final as (

    select
        reworked.{{ columns | join(', reworked.') }},
        {%- set version = 'cast(' ~ next_version() ~ ' as bigint)' %}
        {{ 'coalesce(known._reason_version, ' ~ version ~ ')' if is_incremental() else version }} as _reason_version,
        {{ version_column() }}
    from reworked
    {%- if is_incremental() %}
    left join known
        on reworked.session_id = known.session_id and reworked.excluded_reason <=> known.excluded_reason
    union all
    select {{ columns | join(', ') }}, _reason_version, {{ version_column() }}
    from reaching_over
    where {{ in_months(months) }}
    {%- endif %}

)

select * from final
