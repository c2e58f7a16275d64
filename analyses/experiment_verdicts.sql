-- Experiments: what each variant brought beside its control, and whether chance explains it.
select
    experiment,
    variant,
    visitor_count as visitors,
    conversion_pct,
    conversion_difference_low_points as from_points,
    conversion_difference_high_points as to_points,
    revenue_per_visitor,
    verdict
from {{ ref('experiment_results') }}
order by experiment asc, is_control desc, variant asc
