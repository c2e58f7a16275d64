{{ rows_with_emails([
    ref('product_metrics'), ref('product_funnel'), ref('product_ratings'), ref('session_metrics'), ref('site_funnel'), ref('funnel_steps'),
    ref('site_searches'),
    ref('daily_sales'), ref('sales_anomalies'), ref('customer_360'), ref('customer_ltv'), ref('customer_rfm'),
    ref('customer_cohorts'), ref('cart_abandonment'), ref('channel_attribution'), ref('customer_ltv_forecast'),
    ref('campaign_performance'), ref('sales_margins'), ref('books_by_month'), ref('experiment_results'),
]) }}
