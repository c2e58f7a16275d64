-- depends_on: {{ ref('gate') }}
with customer_360 as (

    select * from {{ ref('customer_360') }}

)

select * from customer_360
