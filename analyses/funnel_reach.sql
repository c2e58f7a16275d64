-- How far did visitors get in a period? In percent of the step before, and of the first.
with days as (

    select * from {{ published(ref('rpt_site_funnel')) }}
    where {{ in_period('event_date') }}

),

stages as (

    select
        stage_order,
        stage,
        sum(ordered_session_count) as session_count
    from days
    group by stage_order, stage

),

compared as (

    select
        *,
        first_value(session_count) over (order by stage_order) as first_session_count,
        lag(session_count) over (order by stage_order) as session_count_before
    from stages

),

final as (

    select
        stage_order,
        stage,
        session_count,
        case when session_count_before is not null then {{ percentage('session_count', 'session_count_before') }} end
            as pct_of_step_before,
        {{ percentage('session_count', 'first_session_count') }} as pct_of_first_step
    from compared

)

select * from final
order by stage_order
