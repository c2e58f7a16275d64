{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months([ref('session_metrics')]) %}
{{ replace_months(months) }}
with session_metrics as (

    select * from {{ ref('session_metrics') }}
    where {{ in_months(months) }}

),

stages as (

    {{ funnel_stages() }}

),

reached as (

    select
        session_metrics.session_date as event_date,
        stages.stage,
        stages.stage_order,
        {{ stage_figures('session_metrics', 'stages') }},
        session_metrics._month
    from session_metrics
    cross join stages
    group by session_metrics.session_date, stages.stage, stages.stage_order, session_metrics._month

),

final as (

    select
        event_date,
        stage,
        stage_order,
        event_count,
        session_count,
        ordered_session_count,
        _month,
        {{ version_column() }}
    from reached

)

select * from final
