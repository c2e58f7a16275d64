{%- set steps = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales'] %}
{%- set figures = ['order_count', 'unit_count', 'gross_revenue', 'net_revenue'] + steps
    + ['tips', 'exchange_difference'] %}

with orders as (

    select * from {{ ref('int_order_amounts') }}
    where not is_cancelled

),

refunds as (

    select * from {{ ref('int_refunds') }}
    where not is_cancelled

),

-- Each layer gives the figures that it has; the others are null and not compared.
figures as (

    select
        'orders' as layer,
        order_date as sales_date,
        count(*) as order_count,
        cast(null as bigint) as unit_count,
        sum(gross_sales) as gross_revenue,
        sum(gross_sales - discounts) as net_revenue,
        sum(gross_sales) as gross_sales,
        sum(discounts) as discounts,
        sum(0) as returns,
        sum(gross_sales - discounts) as net_sales,
        sum(shipping) as shipping,
        sum(tax) as tax,
        sum(shop_total - tips) as total_sales,
        sum(tips) as tips,
        sum(0) as exchange_difference
    from orders
    group by order_date
    union all
    select
        'orders' as layer,
        refund_date as sales_date,
        0 as order_count,
        cast(null as bigint) as unit_count,
        sum(0) as gross_revenue,
        -sum(returns) as net_revenue,
        sum(0) as gross_sales,
        sum(0) as discounts,
        sum(returns) as returns,
        -sum(returns) as net_sales,
        -sum(returned_shipping) as shipping,
        -sum(returned_tax) as tax,
        -sum(returns + returned_shipping + returned_tax) as total_sales,
        sum(0) as tips,
        sum(exchange_difference) as exchange_difference
    from refunds
    group by refund_date
    union all
    select
        'items' as layer,
        orders.order_date as sales_date,
        cast(null as bigint) as order_count,
        sum(order_items.quantity) as unit_count,
        {{ (['cast(null as decimal(18, 2))'] * (figures | length - 2)) | join(', ') }}
    from {{ ref('int_order_items') }} as order_items
    inner join orders on order_items.order_id = orders.order_id
    group by orders.order_date
    union all
    select
        'products' as layer,
        event_date as sales_date,
        cast(null as bigint) as order_count,
        sum(purchase_count) as unit_count,
        sum(gross_revenue) as gross_revenue,
        sum(net_revenue) as net_revenue,
        {%- for step in steps %}
        sum({{ step }}) as {{ step }},
        {%- endfor %}
        cast(null as decimal(18, 2)) as tips,
        cast(null as decimal(18, 2)) as exchange_difference
    from {{ ref('product_metrics') }}
    group by event_date
    union all
    select 'days' as layer, sales_date, {{ figures | join(', ') }}
    from {{ ref('daily_sales') }}

),

{%- set known = {
    'orders': figures | reject('equalto', 'unit_count') | list,
    'items': ['unit_count'],
    'products': ['unit_count', 'gross_revenue', 'net_revenue'] + steps,
    'days': figures,
} %}

-- A layer without a row for a day counts as 0.
by_day as (

    select
        sales_date,
        {%- for layer, columns in known.items() %}
        {%- set comma = ',' if not loop.last %}
        {%- for column in columns %}
        coalesce(sum(case when layer = '{{ layer }}' then {{ column }} end), 0) as {{ layer }}_{{ column }}
        {{- ',' if not loop.last else comma }}
        {%- endfor %}
        {%- endfor %}
    from figures
    group by sales_date

)

select *
from by_day
where
    {%- for layer, columns in known.items() if layer != 'days' %}
    {%- for column in columns %}
    {{ layer }}_{{ column }} <> days_{{ column }} or
    {%- endfor %}
    {%- endfor %}
    days_net_sales <> days_gross_sales - days_discounts - days_returns
    or days_total_sales <> days_net_sales + days_shipping + days_tax
