{%- set amounts = {
    'gross_sales': 'gross_revenue', 'net_sales': 'net_revenue', 'shipping': 'shipping', 'tax': 'tax', 'tips': 'tips',
    'payment_fee': 'payment_fee'
} %}

with orders as (

    select order_id, gross_sales, gross_sales - discounts as net_sales, shipping, tax, tips, payment_fee
    from {{ ref('int_order_amounts') }}

),

items as (

    select order_id, count(*) as item_count
    from {{ ref('int_order_items') }}
    group by order_id

),

lines as (

    select
        order_id,
        count(*) as line_count,
        max(line_number) as last_line_number,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue,
        sum(shipping) as shipping,
        sum(tax) as tax,
        sum(tips) as tips,
        sum(payment_fee) as payment_fee
    from {{ ref('int_order_lines') }}
    group by order_id

),

compared as (

    select
        coalesce(orders.order_id, lines.order_id) as order_id,
        {%- for amount, of_lines in amounts.items() %}
        orders.{{ amount }},
        lines.{{ of_lines }} as lines_{{ of_lines }},
        {%- endfor %}
        coalesce(items.item_count, 1) as item_count,
        lines.line_count,
        lines.last_line_number
    from orders
    full outer join lines on orders.order_id = lines.order_id
    left join items on orders.order_id = items.order_id

)

select *
from compared
where
    {%- for amount, of_lines in amounts.items() %}
    {{ amount }} is distinct from lines_{{ of_lines }}
    or
    {%- endfor %}
    item_count is distinct from line_count
    or line_count is distinct from last_line_number
