-- What is a cohort worth after a year? The month of the first order and the twelve after it, where they are over.
with customer_cohorts as (

    select * from {{ ref('customer_cohorts') }}

),

first_year as (

    select
        cohort_month,
        max(cohort_size) as cohort_size,
        sum(case when month_number = 0 then net_revenue end) as first_month_revenue,
        sum(net_revenue) as first_year_revenue,
        max(month_number) as month_number
    from customer_cohorts
    where month_number <= 12
    group by cohort_month

),

final as (

    select
        cohort_month,
        cohort_size,
        cast(round({{ safe_divide('first_month_revenue', 'cohort_size', 0) }}, 2) as decimal(14, 2))
            as first_month_value,
        cast(round({{ safe_divide('first_year_revenue', 'cohort_size', 0) }}, 2) as decimal(14, 2))
            as first_year_value
    from first_year
    where month_number = 12

)

select * from final
order by cohort_month asc
