{{ config(severity='warn') }}

with figures as (

    select stage, sum(event_count) as event_count
    from {{ ref('site_funnel') }}
    group by stage

),

stages as (

    select stage, array_join(array_sort(collect_list(event_type)), ', ') as event_types
    from {{ ref('funnel_stages') }}
    group by stage

)

select stages.stage, stages.event_types
from stages
inner join figures on stages.stage = figures.stage
where figures.event_count = 0
