{{ config(materialized='view') }}

with refund_lines as (

    select * from {{ ref('int_refund_lines') }}
    where refused_by is null

)

select * from refund_lines
