-- Where do visitors hesitate? By device, source, and whether they have been here before.
with funnel_steps as (

    select * from {{ ref('funnel_steps') }}
    where {{ in_period('month') }}

),

final as (

    select
        month,
        breakdown,
        segment,
        concat(stage_before, ' to ', stage) as step,
        session_count_before as sessions,
        step_conversion_pct,
        round(median_seconds / 60, 1) as median_minutes,
        round(p90_seconds / 60, 1) as p90_minutes,
        stage_order
    from funnel_steps

)

select * from final
order by month, breakdown, segment, stage_order
