-- depends_on: {{ ref('gate') }}
with customer_cohorts as (

    select * from {{ ref('customer_cohorts') }}

)

select * from customer_cohorts
