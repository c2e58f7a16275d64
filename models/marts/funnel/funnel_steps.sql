{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_and_later_months(ref('session_metrics')) %}
{{ replace_months(months) }}
with sessions as (

    select session_id, session_start_at, customer_id, visitor_id, has_consent, device, source, _stage_times, _month
    from {{ ref('session_metrics') }}

),

stages as (

    {{ funnel_stages() }}

),

-- Of all history, whatever months are computed.
customers as (

    select customer_id, min_by(session_id, struct(session_start_at, session_id)) as first_session_id
    from sessions
    where customer_id <> 'UNKNOWN'
    group by customer_id

),

visitors as (

    select visitor_id, min_by(session_id, struct(session_start_at, session_id)) as first_session_id
    from sessions
    where visitor_id is not null
    group by visitor_id

),

segmented as (

    select
        sessions._month,
        sessions._stage_times,
        explode(map(
            'all', 'all',
            'device', sessions.device,
            'source', sessions.source,
            'visitor', case
                when not sessions.has_consent then 'no_consent'
                when
                    sessions.session_id <> customers.first_session_id
                    or sessions.session_id <> visitors.first_session_id
                    then 'known'
                when sessions.customer_id = 'UNKNOWN' and sessions.visitor_id is null then 'anonymous'
                else 'new'
            end
        )) as (breakdown, segment)
    from sessions
    left join customers on sessions.customer_id = customers.customer_id
    left join visitors on sessions.visitor_id = visitors.visitor_id
    where {{ in_months(months, 'sessions._month') }}

),

steps as (

    select
        segmented.breakdown,
        segmented.segment,
        stages.stage_order,
        stages.stage,
        before.stage as stage_before,
        get(segmented._stage_times, stages.stage_order - 1) is not null as goes_on,
        timestampdiff(
            second,
            get(segmented._stage_times, before.stage_order - 1),
            get(segmented._stage_times, stages.stage_order - 1)
        ) as seconds,
        segmented._month
    from segmented
    cross join stages
    inner join stages as before on stages.stage_order = before.stage_order + 1
    where get(segmented._stage_times, before.stage_order - 1) is not null

),

final as (

    select
        cast(concat(_month, '-01') as date) as month,
        breakdown,
        segment,
        stage_order,
        stage,
        stage_before,
        count(*) as session_count_before,
        count_if(goes_on) as session_count,
        {{ percentage('count_if(goes_on)', 'count(*)') }} as step_conversion_pct,
        sum(seconds) as total_seconds,
        cast(round(percentile(seconds, 0.5), 1) as decimal(14, 1)) as median_seconds,
        cast(round(percentile(seconds, 0.9), 1) as decimal(14, 1)) as p90_seconds,
        _month,
        {{ version_column() }}
    from steps
    group by _month, breakdown, segment, stage_order, stage, stage_before

)

select * from final
