-- Where do visitors hesitate? By device, source, and whether they have been here before: in the last month of a period.
with funnel_steps as (

    select
        *,
        max(month) over () as last_month
    from {{ ref('funnel_steps') }}
    where {{ in_period('month') }}

),

final as (

    select
        case when breakdown = 'all' then 'all' else concat(breakdown, ' ', segment) end as segment,
        stage as step_to,
        session_count_before as came,
        step_conversion_pct as went_on_pct,
        round(median_seconds / 60, 1) as median_minutes,
        round(p90_seconds / 60, 1) as p90_minutes
    from funnel_steps
    where month = last_month

)

select * from final
order by segment asc, came desc
