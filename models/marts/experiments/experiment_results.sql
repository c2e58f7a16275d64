with totals as (

    select * from {{ ref('int_experiment_totals') }}

),

compared as (

    select * from {{ ref('int_experiment_statistics') }}

),

-- A variant is judged only if it and its control have enough conversions.
judged as (

    select
        totals.*,
        compared.is_control,
        compared.conversion_low,
        compared.conversion_high,
        compared.conversion_difference,
        compared.conversion_difference_low,
        compared.conversion_difference_high,
        compared.conversion_p_value,
        compared.revenue_difference,
        compared.revenue_difference_low,
        compared.revenue_difference_high,
        compared.revenue_p_value,
        compared.sample_ratio_p_value,
        compared.variant is not null as has_statistics,
        least(
            totals.converted_visitor_count,
            max(case when compared.is_control then totals.converted_visitor_count end)
                over (partition by totals.experiment)
        ) as conversion_count,
        greatest(count(compared.variant) over (partition by totals.experiment) - 1, 1) as comparison_count
    from totals
    left join compared on totals.experiment = compared.experiment and totals.variant = compared.variant

),

final as (

    select
        experiment,
        variant,
        coalesce(is_control, false) as is_control,
        first_assigned_at,
        last_assigned_at,
        visitor_count,
        left_out_visitor_count,
        session_count,
        converted_visitor_count,
        {{ percentage('converted_visitor_count', 'visitor_count') }} as conversion_pct,
        {{ rounded_pct('conversion_low') }} as conversion_low_pct,
        {{ rounded_pct('conversion_high') }} as conversion_high_pct,
        order_count,
        revenue,
        {{ amount_per('revenue', 'order_count') }} as average_order_value,
        {{ amount_per('revenue', 'visitor_count') }} as revenue_per_visitor,
        {{ rounded_pct('conversion_difference') }} as conversion_difference_points,
        {{ rounded_pct('conversion_difference_low') }} as conversion_difference_low_points,
        {{ rounded_pct('conversion_difference_high') }} as conversion_difference_high_points,
        cast(round(conversion_p_value, 6) as decimal(7, 6)) as conversion_p_value,
        cast(round(revenue_difference, 2) as decimal(14, 2)) as revenue_difference,
        cast(round(revenue_difference_low, 2) as decimal(14, 2)) as revenue_difference_low,
        cast(round(revenue_difference_high, 2) as decimal(14, 2)) as revenue_difference_high,
        cast(round(revenue_p_value, 6) as decimal(7, 6)) as revenue_p_value,
        cast(round(sample_ratio_p_value, 6) as decimal(7, 6)) as sample_ratio_p_value,
        case
            when not has_statistics then 'no visitors'
            when sample_ratio_p_value < 0.001 then 'sample ratio mismatch'
            when is_control then 'control'
            when conversion_count < {{ var('experiment_min_conversions') }} then 'too few conversions'
            when conversion_p_value * comparison_count > {{ 1 - var('experiment_confidence_pct') / 100 }}
                then 'no difference shown'
            when conversion_difference > 0 then 'better'
            else 'worse'
        end as verdict
    from judged

)

select * from final
