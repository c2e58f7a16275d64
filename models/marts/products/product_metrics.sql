{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set figures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales'] %}
{%- set products, visits = ref('int_products'), ref('int_visits') %}
{%- set outdated %}
    {%- if is_incremental() %}{{ months_with_another_reason() }}{% endif %}
    {%- if not is_unchanged([products]) %}
    union
    select metrics._month
    from {{ this }} as metrics
    inner join {{ products }} as products on metrics.product_id = products.product_id
    where
        metrics.product_name <> coalesce(products.product_name, 'UNKNOWN')
        or metrics.category <> coalesce(products.category, 'UNKNOWN')
    {%- endif %}
{%- endset %}

{#- A row without orders and returns is there for its events, whatever they are. #}
{%- set months = changed_months(
    [ref('int_events'), ref('int_sales_ledger')],
    rows_from=[
        'order_count = 0 and return_count = 0 or view_count > 0 or cart_count > 0',
        'order_count > 0 or return_count > 0',
    ],
    dimensions=[products, visits],
    outdated=outdated,
) %}
{{ replace_months(months) }}
with excluded_sessions as (

    {{ excluded_sessions(months) }}

),

events as (

    select events.event_date, events.product_id, events.event_type, events._month
    from {{ ref('int_events') }} as events
    left anti join excluded_sessions on events.session_id = excluded_sessions.session_id
    where events.product_id is not null and events.is_repeat is not true and {{ in_months(months, 'events._month') }}

),

ledger as (

    select * from {{ ref('int_sales_ledger') }}
    where {{ in_months(months) }}

),

products as (

    select product_id, product_name, category from {{ products }}

),

activity as (

    select
        event_date,
        product_id,
        _month,
        count_if(event_type = 'page_view') as view_count,
        count_if(event_type = 'add_to_cart') as cart_count
    from events
    group by event_date, product_id, _month

),

sales as (

    select
        entry_date as event_date,
        product_id,
        _month,
        count(distinct case when entry_type = 'sale' then order_id end) as order_count,
        sum(quantity) as purchase_count,
        count_if(entry_type = 'return') as return_count,
        sum(returned_quantity) as returned_unit_count,
        {%- for figure in figures %}
        sum({{ figure }}) as {{ figure }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from ledger
    group by entry_date, product_id, _month

),

final as (

    select
        coalesce(activity.event_date, sales.event_date) as event_date,
        coalesce(activity.product_id, sales.product_id) as product_id,
        coalesce(products.product_name, 'UNKNOWN') as product_name,
        coalesce(products.category, 'UNKNOWN') as category,
        coalesce(activity.view_count, 0) as view_count,
        coalesce(activity.cart_count, 0) as cart_count,
        coalesce(sales.order_count, 0) as order_count,
        coalesce(sales.purchase_count, 0) as purchase_count,
        cast(coalesce(sales.gross_sales, 0) as decimal(18, 2)) as gross_revenue,
        cast(coalesce(sales.net_sales, 0) as decimal(18, 2)) as net_revenue,
        coalesce(sales.return_count, 0) as return_count,
        coalesce(sales.returned_unit_count, 0) as returned_unit_count,
        {%- for figure in figures %}
        cast(coalesce(sales.{{ figure }}, 0) as decimal(18, 2)) as {{ figure }},
        {%- endfor %}
        coalesce(activity._month, sales._month) as _month,
        {{ version_column() }}
    from activity
    full outer join sales
        on activity.event_date = sales.event_date and activity.product_id = sales.product_id
    left join products on coalesce(activity.product_id, sales.product_id) = products.product_id

)

select * from final
