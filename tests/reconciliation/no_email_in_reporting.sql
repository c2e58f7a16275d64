{{ rows_with_emails([
    ref('gate'), ref('rpt_product_performance'), ref('rpt_executive_sales'), ref('rpt_site_funnel'),
    ref('rpt_excluded_sessions'), ref('rpt_customer_360'), ref('rpt_customer_cohorts'), ref('rpt_sessions'),
    ref('rpt_order_lines'),
]) }}
