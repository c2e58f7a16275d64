-- Every reporting table depends on this model, and this model on every table of silver and gold: when a test of any of
-- these fails, `dbt build` does not spend time on tables that would not be published.
{%- set checked = [
    'quarantine', 'int_customers', 'int_products', 'int_sessions', 'int_event_rules', 'int_events', 'int_traffic_rules', 'int_visits',
    'int_identities', 'int_visit_channels', 'int_orders', 'int_order_items', 'int_reviews', 'int_refund_deliveries',
    'int_refunds', 'int_refund_lines', 'int_exchange_rates', 'int_ledger_totals', 'int_campaign_costs',
    'int_order_amounts', 'int_order_lines', 'int_sales_ledger', 'int_sales_expectations', 'int_customer_order_days', 'int_customer_forecasts',
    'customers_history', 'product_prices_history',
    'product_metrics', 'product_funnel', 'product_ratings', 'session_metrics', 'site_funnel', 'funnel_steps',
    'site_searches', 'daily_sales',
    'sales_anomalies', 'customer_360', 'int_cart_lines', 'customer_ltv', 'customer_rfm', 'customer_cohorts',
    'customer_ltv_forecast', 'cart_abandonment', 'channel_attribution', 'campaign_performance', 'sales_margins', 'books_by_month',
    'int_experiment_variants', 'int_experiment_visitors', 'int_experiment_totals', 'int_experiment_statistics', 'experiment_results'
] %}
{%- for table in checked %}
-- depends_on: {{ ref(table) }}
{%- endfor %}
with as_of as (

    {{ as_of_date() }}

),

sales as (

    select
        min(sales_date) as first_date,
        max(sales_date) as last_date,
        cast(coalesce(sum(net_revenue), 0) as decimal(18, 2)) as net_revenue
    from {{ ref('daily_sales') }}

),

quarantine as (

    select count(*) as quarantined_row_count from {{ ref('quarantine') }}

),

-- Of every delivery, as in the quarantine: a file that was delivered again counts again.
delivered as (

    select cast(coalesce(sum(row_count + rejected_count), 0) as bigint) as delivered_row_count
    from {{ ref('ingested_files') }}

),

-- What the shop need not have. A table without a row has none that is valid.
there as (
    {%- for entity in ['customers', 'products', 'sessions', 'events', 'orders', 'reviews'] %}

    select {{ loop.index }} as position, '{{ entity }}' as entity, count(*) as row_count from {{ ref('int_' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

missing as (

    select nullif(
        concat_ws(', ', transform(array_sort(collect_list(struct(position, entity))), each -> each.entity)), ''
    ) as missing_entities
    from there
    where row_count = 0

),

-- In the order of the funnel.
stages as (

    select
        concat_ws(
            ', ', transform(array_sort(collect_list(struct(stage_order, title))), each -> each.title)
        ) as titles
    from ({{ funnel_stages() }}) as stages

),

final as (

    select
        as_of.as_of_date,
        sales.first_date,
        sales.last_date,
        sales.net_revenue,
        '{{ shop_currency() }}' as currency,
        '{{ shop_time_zone() }}' as time_zone,
        delivered.delivered_row_count,
        quarantine.quarantined_row_count,
        missing.missing_entities,
        stages.titles as funnel_stages
    from as_of
    cross join sales
    cross join quarantine
    cross join delivered
    cross join missing
    cross join stages

)

select * from final
