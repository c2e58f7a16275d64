-- How far did visitors get in a period? In percent of the step before, and of the first.
with {{ funnel_of_period() }},

final as (

    select
        stage_order,
        stage,
        ordered_session_count as session_count,
        step_conversion_pct as pct_of_step_before,
        overall_conversion_pct as pct_of_first_step
    from steps

)

select * from final
order by stage_order
