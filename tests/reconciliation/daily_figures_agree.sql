with orders as (

    select order_id, order_date as sales_date, total_usd from {{ ref('int_orders') }}

),

figures as (

    select
        'orders' as layer,
        sales_date,
        count(*) as order_count,
        cast(null as bigint) as unit_count,
        cast(null as decimal(18, 2)) as gross_revenue,
        cast(sum(total_usd) as decimal(18, 2)) as net_revenue
    from orders
    group by sales_date
    union all
    select
        'items' as layer,
        orders.sales_date,
        cast(null as bigint) as order_count,
        sum(order_items.quantity) as unit_count,
        cast(sum(order_items.line_total_usd) as decimal(18, 2)) as gross_revenue,
        cast(null as decimal(18, 2)) as net_revenue
    from {{ ref('int_order_items') }} as order_items
    inner join orders on order_items.order_id = orders.order_id
    group by orders.sales_date
    union all
    select
        'lines' as layer,
        order_date as sales_date,
        count(distinct order_id) as order_count,
        sum(quantity) as unit_count,
        cast(sum(gross_revenue) as decimal(18, 2)) as gross_revenue,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue
    from {{ ref('int_order_lines') }}
    group by order_date
    union all
    select
        'products' as layer,
        event_date as sales_date,
        cast(null as bigint) as order_count,
        sum(purchase_count) as unit_count,
        cast(sum(gross_revenue) as decimal(18, 2)) as gross_revenue,
        cast(sum(net_revenue) as decimal(18, 2)) as net_revenue
    from {{ ref('product_metrics') }}
    group by event_date
    union all
    select
        'days' as layer,
        sales_date,
        order_count,
        unit_count,
        gross_revenue,
        net_revenue
    from {{ ref('daily_sales') }}

),

-- A layer that has no row of a day says 0.
by_day as (

    select
        sales_date,
        {%- for figure, layers in {
            'order_count': ['orders', 'lines', 'days'],
            'unit_count': ['items', 'lines', 'products', 'days'],
            'gross_revenue': ['items', 'lines', 'products', 'days'],
            'net_revenue': ['orders', 'lines', 'products', 'days'],
        }.items() %}
        {%- set comma = ',' if not loop.last %}
        {%- for layer in layers %}
        coalesce(sum(case when layer = '{{ layer }}' then {{ figure }} end), 0) as {{ layer }}_{{ figure }}
        {{- ',' if not loop.last else comma }}
        {%- endfor %}
        {%- endfor %}
    from figures
    group by sales_date

)

select *
from by_day
where
    lines_order_count <> orders_order_count
    or days_order_count <> orders_order_count
    or lines_unit_count <> items_unit_count
    or products_unit_count <> items_unit_count
    or days_unit_count <> items_unit_count
    or lines_gross_revenue <> items_gross_revenue
    or products_gross_revenue <> items_gross_revenue
    or days_gross_revenue <> items_gross_revenue
    or lines_net_revenue <> orders_net_revenue
    or products_net_revenue <> orders_net_revenue
    or days_net_revenue <> orders_net_revenue
