with as_of as (

    {{ as_of_date() }}

),

buyers as (

    select customer_id, cohort_month
    from {{ ref('customer_ltv') }}
    where customer_id <> 'UNKNOWN'

),

ledger as (

    select customer_id, entry_date, net_sales, case when entry_type = 'sale' then order_id end as order_id
    from {{ ref('int_sales_ledger') }}

),

cohorts as (

    select
        buyers.cohort_month,
        count(*) as cohort_size,
        {{ months_between('buyers.cohort_month', 'max(as_of.as_of_date)') }} as age_in_months
    from buyers
    cross join as_of
    group by buyers.cohort_month

),

-- One row for every month of age, so that months in which nobody of a cohort bought are visible.
months as (

    select
        cohort_month,
        cohort_size,
        explode(sequence(0, age_in_months)) as month_number
    from cohorts
    where age_in_months >= 0

),

activity as (

    select
        buyers.cohort_month,
        {{ months_between('buyers.cohort_month', 'ledger.entry_date') }} as month_number,
        count(distinct case when ledger.order_id is not null then ledger.customer_id end) as active_customers,
        count(distinct ledger.order_id) as order_count,
        sum(ledger.net_sales) as net_revenue
    from ledger
    inner join buyers on ledger.customer_id = buyers.customer_id
    group by buyers.cohort_month, {{ months_between('buyers.cohort_month', 'ledger.entry_date') }}

),

final as (

    select
        months.cohort_month,
        months.month_number,
        months.cohort_size,
        coalesce(activity.active_customers, 0) as active_customers,
        coalesce(activity.order_count, 0) as order_count,
        cast(coalesce(activity.net_revenue, 0) as decimal(18, 2)) as net_revenue,
        {{ percentage('activity.active_customers', 'months.cohort_size') }} as retention_pct
    from months
    left join activity
        on months.cohort_month = activity.cohort_month and months.month_number = activity.month_number

)

select * from final
