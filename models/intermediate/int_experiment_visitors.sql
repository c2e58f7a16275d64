{{ config(materialized='table') }}

with variants as (

    select * from {{ ref('int_experiment_variants') }}

),

assignments as (

    select
        experiment,
        visitor_id,
        min_by(variant, struct(assigned_at, variant)) as variant,
        min(assigned_at) as assigned_at,
        count(distinct variant) as variant_count
    from variants
    group by experiment, visitor_id

),

visits as (

    select visitor_id, session_id, session_start_at, session_end_at, order_count, revenue, excluded_reason
    from {{ ref('int_visits') }}
    where visitor_id is not null

),

-- The visit during which the variant was assigned counts, too.
visits_with_variant as (

    select
        assignments.experiment,
        assignments.visitor_id,
        visits.order_count,
        visits.revenue,
        visits.excluded_reason
    from assignments
    inner join visits
        on
            assignments.visitor_id = visits.visitor_id
            and assignments.assigned_at <= visits.session_end_at
            and timestampadd(day, {{ var('experiment_window_days') }}, assignments.assigned_at)
            > visits.session_start_at

),

outcomes as (

    select
        experiment,
        visitor_id,
        count_if(excluded_reason is null) as session_count,
        sum(case when excluded_reason is null then order_count end) as order_count,
        sum(case when excluded_reason is null then revenue end) as revenue
    from visits_with_variant
    group by experiment, visitor_id

),

final as (

    select
        assignments.experiment,
        assignments.visitor_id,
        assignments.variant,
        assignments.assigned_at,
        assignments.variant_count,
        coalesce(outcomes.session_count, 0) as session_count,
        coalesce(outcomes.order_count, 0) as order_count,
        cast(coalesce(outcomes.revenue, 0) as decimal(18, 2)) as revenue
    from assignments
    left join outcomes
        on assignments.experiment = outcomes.experiment and assignments.visitor_id = outcomes.visitor_id
    -- Who only has visits that are left out, such as a bot, is no visitor of whom anything is expected.
    where outcomes.visitor_id is null or outcomes.session_count > 0

)

select * from final
