{{ config(materialized='table') }}

with visitors as (

    select * from {{ ref('int_experiment_visitors') }}

),

final as (

    select
        experiment,
        variant,
        min(assigned_at) as first_assigned_at,
        max(assigned_at) as last_assigned_at,
        count_if(variant_count = 1) as visitor_count,
        count_if(variant_count > 1) as left_out_visitor_count,
        count_if(variant_count = 1 and order_count > 0) as converted_visitor_count,
        coalesce(sum(case when variant_count = 1 then session_count end), 0) as session_count,
        coalesce(sum(case when variant_count = 1 then order_count end), 0) as order_count,
        cast(coalesce(sum(case when variant_count = 1 then revenue end), 0) as decimal(18, 2)) as revenue,
        cast(
            -- exact, so that it does not depend on the order of the visitors
            coalesce(sum(case when variant_count = 1 then cast(revenue as decimal(14, 2)) * revenue end), 0) as double
        ) as revenue_squares
    from visitors
    group by experiment, variant

)

select * from final
