{%- set product = 'struct<product_id: string, quantity: string>' %}
with exported as (

    {{ bronze_rows('snowplow', 'events') }}

),

context_rows as (

    select
        *,
        struct(_ingested_at, _source_file, _row_number) as delivery
    from {{ ref('snowplow_contexts') }}

),

event_types as (

    select * from {{ ref('snowplow_event_types') }}

),

stages as (

    select distinct event_type from {{ ref('funnel_stages') }}

),

-- The latest delivery of each context.
contexts as (

    select
        event_id,
        max(_export = 'action') as is_action,
        {%- for column, export in {
            'action_type': 'action', 'checkout_step': 'checkout_step', 'order_id': 'transaction', 'amount': 'transaction',
            'payment': 'transaction', 'customer_id': 'user', 'session_id': 'client_session',
            'search_terms': 'site_search', 'search_results': 'site_search',
        }.items() %}
        max_by({{ column }}, case when _export = '{{ export }}' then delivery end) as {{ column }},
        {%- endfor %}
        array_sort(
            collect_list(
                case when _export = 'product' then struct(_ingested_at, _source_file, _row_number, product_id, quantity) end
            )
        ) as deliveries
    from context_rows
    group by event_id

),

-- An action without a type is still recognised by its transaction or its checkout step.
named as (

    select
        exported.*,
        contexts.order_id,
        contexts.amount,
        contexts.payment,
        contexts.customer_id as context_customer_id,
        contexts.session_id as context_session_id,
        contexts.search_terms,
        contexts.search_results,
        contexts.deliveries,
        case
            when exported.event_name <> 'snowplow_ecommerce_action' then exported.event_name
            when contexts.action_type is not null then contexts.action_type
            when contexts.order_id is not null then 'transaction'
            when contexts.checkout_step is not null then 'checkout_step'
            else exported.event_name
        end as snowplow_type
    from exported
    left join contexts on exported.event_id = contexts.event_id

),

-- Known events that are irrelevant here are left out: `left_out_events` counts them.
mapped as (

    select
        named.*,
        case
            when event_types.event_name is not null then coalesce(event_types.event_type, stages.event_type)
            else named.snowplow_type
        end as type,
        transform(
            filter(
                named.deliveries,
                row -> row._source_file = try_element_at(named.deliveries, -1)._source_file
                and row._ingested_at = try_element_at(named.deliveries, -1)._ingested_at
            ),
            row -> struct(row.product_id, row.quantity)
        ) as products
    from named
    left join event_types on named.snowplow_type = event_types.event_name
    left join stages on named.snowplow_type = stages.event_type
    where event_types.event_name is null or coalesce(event_types.event_type, stages.event_type) is not null

),

-- One row for each product that is viewed or put into the cart, and one for every other event. A list is one view.
exploded as (

    select
        *,
        {{ one_row_a_product("snowplow_type in ('product_view', 'add_to_cart')", product) }}
    from mapped

),

final as (

    select
        concat_ws('-', event_id, cast(nullif(position + 1, 1) as string)) as event_id,
        coalesce({{ filled('domain_sessionid') }}, context_session_id) as session_id,
        {{ snowplow_time("coalesce(" ~ filled('derived_tstamp') ~ ", collector_tstamp)") }} as `timestamp`,
        type as event_type,
        product.product_id,
        case when type = 'add_to_cart' then product.quantity end as qty,
        cast(null as string) as cart_size,
        case when type = 'purchase' then payment end as payment,
        cast(null as string) as discount_pct,
        case when type = 'purchase' then amount end as amount_usd,
        case when type = 'purchase' then order_id end as order_id,
        cast(position + 1 as string) as product_number,
        {{ filled('domain_userid') }} as visitor_id,
        coalesce({{ filled('user_id') }}, context_customer_id) as user_id,
        {{ filled('page_url') }} as page_url,
        {{ filled('page_referrer') }} as referrer,
        {{ filled('useragent') }} as user_agent,
        {{ filled('user_ipaddress') }} as ip,
        case
            when from_json(search_terms, 'array<string>') is null then search_terms
            else nullif(array_join(from_json(search_terms, 'array<string>'), ' '), '')
        end as search_term,
        search_results,
        {{ snowplow_device() }} as device,
        {{ channel("coalesce(" ~ filled('mkt_medium') ~ ", refr_medium)") }} as source,
        geo_country as country,
        {{ filled('mkt_source') }} as tracked_source,
        case when {{ filled('mkt_source') }} is not null then mkt_medium end as tracked_medium,
        case when {{ filled('mkt_source') }} is not null then mkt_campaign end as tracked_campaign,
        event_id as _joined_key,
        {{ delivery_columns() }}
    from exploded

)

select * from final
