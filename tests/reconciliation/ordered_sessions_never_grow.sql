with stages as (

    select
        event_date,
        stage,
        session_count,
        ordered_session_count,
        lag(ordered_session_count) over (partition by event_date order by stage_order) as session_count_before
    from {{ ref('site_funnel') }}

)

select *
from stages
where
    ordered_session_count > session_count_before
    or ordered_session_count > session_count
    -- every view starts a sequence of stages
    or (session_count_before is null and ordered_session_count <> session_count)
