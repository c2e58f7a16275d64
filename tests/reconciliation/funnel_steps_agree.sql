-- Every breakdown of the steps adds up to the sessions of site_funnel.
with steps as (

    select
        month,
        breakdown,
        stage_order,
        sum(session_count_before) as session_count_before,
        sum(session_count) as session_count,
        coalesce(sum(total_seconds), 0) as total_seconds
    from {{ ref('funnel_steps') }}
    group by month, breakdown, stage_order

),

total as (

    select month, stage_order, total_seconds
    from steps
    where breakdown = 'all'

),

stages as (

    select
        cast(concat(_month, '-01') as date) as month,
        stage_order,
        sum(ordered_session_count) as session_count
    from {{ ref('site_funnel') }}
    group by _month, stage_order

),

breakdowns as (

    select explode(array('all', 'device', 'source', 'visitor')) as breakdown

),

expected as (

    select
        stages.month,
        stages.stage_order,
        stages.session_count,
        before.session_count as session_count_before,
        breakdowns.breakdown
    from stages
    inner join stages as before on stages.month = before.month and stages.stage_order = before.stage_order + 1
    cross join breakdowns
    where before.session_count > 0

)

select
    coalesce(expected.month, steps.month) as month,
    coalesce(expected.breakdown, steps.breakdown) as breakdown,
    coalesce(expected.stage_order, steps.stage_order) as stage_order,
    expected.session_count_before,
    steps.session_count_before as session_count_before_in_steps,
    expected.session_count,
    steps.session_count as session_count_in_steps,
    total.total_seconds,
    steps.total_seconds as total_seconds_in_steps
from expected
full outer join steps
    on
        expected.month = steps.month
        and expected.breakdown = steps.breakdown
        and expected.stage_order = steps.stage_order
left join total on steps.month = total.month and steps.stage_order = total.stage_order
where
    not expected.session_count_before <=> steps.session_count_before
    or not expected.session_count <=> steps.session_count
    or not steps.total_seconds <=> total.total_seconds
