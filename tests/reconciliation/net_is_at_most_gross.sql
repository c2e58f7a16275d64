-- Orders without lines are left out: their lines may arrive later, and a warning names them until then.
with orders as (

    select
        _month,
        order_id,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue
    from {{ ref('int_order_lines') }}
    group by _month, order_id

),

months as (

    select
        _month,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue
    from orders
    where gross_revenue > 0
    group by _month

)

select *
from months
where net_revenue > gross_revenue
