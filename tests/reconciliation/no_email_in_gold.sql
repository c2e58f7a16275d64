{{ rows_with_emails([
    ref('product_metrics'), ref('product_funnel'), ref('product_ratings'), ref('session_metrics'), ref('site_funnel'),
    ref('daily_sales'), ref('sales_anomalies'), ref('customer_360'), ref('customer_ltv_forecast'),
]) }}
