with daily_sales as (

    select sales_date, net_revenue from {{ ref('daily_sales') }}

),

expectations as (

    select
        sales_date,
        cast(expected_revenue as decimal(18, 2)) as expected_revenue,
        cast(lower_bound as decimal(18, 2)) as lower_bound,
        cast(upper_bound as decimal(18, 2)) as upper_bound
    from {{ ref('int_sales_expectations') }}

),

final as (

    select
        daily_sales.sales_date,
        daily_sales.net_revenue,
        expectations.expected_revenue,
        expectations.lower_bound,
        expectations.upper_bound,
        coalesce(
            daily_sales.net_revenue not between expectations.lower_bound and expectations.upper_bound, false
        ) as is_anomaly
    from daily_sales
    left join expectations on daily_sales.sales_date = expectations.sales_date

)

select * from final
