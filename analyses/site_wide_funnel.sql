with days as (

    select * from {{ published(ref('rpt_site_funnel')) }}
    where {{ in_period('event_date') }}

),

stages as (

    select
        stage_order,
        stage,
        sum(event_count) as event_count,
        sum(session_count) as session_count,
        sum(ordered_session_count) as ordered_session_count
    from days
    group by stage_order, stage

),

compared as (

    select
        *,
        first_value(ordered_session_count) over (order by stage_order) as first_session_count,
        lag(ordered_session_count) over (order by stage_order) as session_count_before
    from stages

),

final as (

    select
        stage_order,
        stage,
        event_count,
        session_count,
        ordered_session_count,
        session_count_before - ordered_session_count as lost_session_count,
        case
            when session_count_before is not null
                then {{ percentage('ordered_session_count', 'session_count_before') }}
        end as step_conversion_pct,
        {{ percentage('ordered_session_count', 'first_session_count') }} as overall_conversion_pct
    from compared

)

select * from final
order by stage_order
