-- depends_on: {{ ref('gate') }}
with session_metrics as (

    select * from {{ ref('session_metrics') }}

),

stages as (

    {{ funnel_stages() }}

),

final as (

    select
        session_metrics.session_date as event_date,
        session_metrics.device,
        session_metrics.source,
        session_metrics.country,
        stages.stage,
        stages.stage_order,
        stages.title as stage_title,
        {{ stage_figures('session_metrics', 'stages') }}
    from session_metrics
    cross join stages
    group by
        session_metrics.session_date, session_metrics.device, session_metrics.source, session_metrics.country,
        stages.stage, stages.stage_order, stages.title

)

select * from final
