{%- set figures = [
    'gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales', 'cancelled_order_count',
    'cancelled_sales'
] %}

with days as (

    select * from {{ published(ref('rpt_executive_sales')) }}
    where {{ in_period('sales_date') }}

),

summed as (

    select
        'period' as row_type,
        min(sales_date) as first_date,
        max(sales_date) as last_date,
        coalesce(sum(session_count), 0) as session_count,
        coalesce(sum(purchasing_session_count), 0) as purchasing_session_count,
        coalesce(sum(order_count), 0) as order_count,
        coalesce(sum(unit_count), 0) as unit_count,
        coalesce(sum(gross_revenue), 0) as gross_revenue,
        coalesce(sum(net_revenue), 0) as net_revenue,
        {%- for figure in figures %}
        coalesce(sum({{ figure }}), 0) as {{ figure }},
        {%- endfor %}
        count_if(is_anomaly) as anomaly_count
    from days
    union all
    select
        'day' as row_type,
        sales_date as first_date,
        sales_date as last_date,
        session_count,
        purchasing_session_count,
        order_count,
        unit_count,
        gross_revenue,
        net_revenue,
        {{ figures | join(', ') }},
        case when is_anomaly then 1 else 0 end as anomaly_count
    from days

),

final as (

    select
        row_type,
        first_date,
        last_date,
        session_count,
        order_count,
        unit_count,
        gross_revenue,
        net_revenue,
        coalesce({{ amount_per('gross_sales - discounts', 'order_count') }}, 0) as average_order_value,
        {{ percentage('purchasing_session_count', 'session_count') }} as session_conversion_pct,
        {{ figures | join(', ') }},
        anomaly_count
    from summed

)

select * from final
order by row_type desc, first_date asc
