-- depends_on: {{ ref('gate') }}
with daily_sales as (

    select * from {{ ref('daily_sales') }}

),

sessions as (

    select session_date, count_if(has_purchased) as purchasing_session_count
    from {{ ref('session_metrics') }}
    group by session_date

),

sales_anomalies as (

    select * from {{ ref('sales_anomalies') }}

),

final as (

    select
        daily_sales.sales_date,
        daily_sales.session_count,
        coalesce(sessions.purchasing_session_count, 0) as purchasing_session_count,
        daily_sales.order_count,
        daily_sales.unit_count,
        daily_sales.gross_revenue,
        daily_sales.net_revenue,
        daily_sales.average_order_value,
        daily_sales.session_conversion_pct,
        {%- for figure in [
            'gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales', 'tips', 'paid',
            'outstanding', 'exchange_difference', 'order_day_returns', 'order_day_net_sales', 'cancelled_order_count',
            'cancelled_sales'
        ] %}
        daily_sales.{{ figure }},
        {%- endfor %}
        sales_anomalies.expected_revenue,
        sales_anomalies.lower_bound,
        sales_anomalies.upper_bound,
        sales_anomalies.is_anomaly
    from daily_sales
    left join sessions on daily_sales.sales_date = sessions.session_date
    left join sales_anomalies on daily_sales.sales_date = sales_anomalies.sales_date

)

select * from final
