{%- set models = attribution_models() %}
with orders as (

    select order_id, sum(net_sales) as net_sales
    from {{ ref('int_sales_ledger') }}
    group by order_id

),

attributed as (

    select
        order_id,
        {%- for model in models %}
        sum({{ model }}) as {{ model }},
        sum({{ model }}_revenue) as {{ model }}_revenue
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('channel_attribution') }}
    group by order_id

)

select
    orders.order_id,
    orders.net_sales,
    attributed.*
from orders
full outer join attributed on orders.order_id = attributed.order_id
where
    orders.order_id is null
    or attributed.order_id is null
    {%- for model in models %}
    or attributed.{{ model }} <> 1
    or attributed.{{ model }}_revenue <> orders.net_sales
    {%- endfor %}
