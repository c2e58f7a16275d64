{%- set item = 'struct<item_id: string, item_name: string, item_category: string, price: string, quantity: string>' %}
{%- set session = "concat(user_pseudo_id, '-', " ~ ga4_param('ga_session_id', 'int') ~ ')' %}
{%- set values = 'struct<string_value: string, int_value: string, float_value: string, double_value: string>' %}
with exported as (

    {{ bronze_rows('ga4', 'events') }}

),

event_types as (

    select * from {{ ref('ga4_event_types') }}

),

stages as (

    select distinct event_type from {{ ref('funnel_stages') }}

),

countries as (

    select * from {{ ref('ga4_countries') }}

),

-- Known events that are irrelevant here are left out: `left_out_events` counts them.
mapped as (

    select
        exported.*,
        case
            when event_types.event_name is not null then coalesce(event_types.event_type, stages.event_type)
            else exported.event_name
        end as type,
        from_json(exported.event_params, 'array<struct<key: string, value: {{ values }}>>') as params,
        -- the export has names, silver has codes; unknown names stay as they are
        coalesce(countries.country_code, get_json_object(exported.geo, '$.country')) as country,
        from_json(exported.items, 'array<{{ item }}>') as products
    from exported
    left join event_types on exported.event_name = event_types.event_name
    left join stages on exported.event_name = stages.event_type
    left join countries on get_json_object(exported.geo, '$.country') = countries.country_name
    where
        (event_types.event_name is null or coalesce(event_types.event_type, stages.event_type) is not null)
        and not {{ ga4_is_anonymous() }}

),

-- One row for each product that is viewed or put into the cart, and one for every other event.
exploded as (

    select
        *,
        {{ one_row_a_product("type in ('page_view', 'add_to_cart')", item) }}
    from mapped

),

final as (

    select
        -- the export has no id
        concat_ws(
            '-',
            sha2(concat_ws('|', user_pseudo_id, event_timestamp, event_name,
                coalesce(event_bundle_sequence_id, ''), coalesce(batch_page_id, ''), coalesce(batch_ordering_id, ''),
                coalesce(batch_event_index, '')), 256),
            cast(nullif(position + 1, 1) as string)
        ) as event_id,
        -- without consent, the session does not tell the browser, and is not that of events with consent
        case
            when {{ ga4_is_refused() }} then sha2({{ session }}, 256)
            else {{ session }}
        end as session_id,
        coalesce(cast(timestamp_micros(try_cast(event_timestamp as bigint)) as string), event_timestamp) as `timestamp`,
        type as event_type,
        -- a value that is not a list of products goes to the quarantine, by an id that is never valid
        coalesce(
            product.item_id, case when products is null then concat('items: ', {{ filled('items') }}) end
        ) as product_id,
        case when type = 'add_to_cart' then product.quantity end as qty,
        cast(null as string) as cart_size,
        case when type = 'purchase' then {{ ga4_param('payment_type', 'string') }} end as payment,
        cast(null as string) as discount_pct,
        case
            when type = 'purchase'
                then coalesce(
                    get_json_object(ecommerce, '$.purchase_revenue'),
                    {{ ga4_param('value', 'double') }},
                    {{ ga4_param('value', 'float') }},
                    {{ ga4_param('value', 'int') }}
                )
        end as amount_usd,
        case
            when type = 'purchase'
                then coalesce(
                    nullif(get_json_object(ecommerce, '$.transaction_id'), '(not set)'),
                    {{ ga4_param('transaction_id', 'string') }}
                )
        end as order_id,
        cast(position + 1 as string) as product_number,
        user_pseudo_id as visitor_id,
        user_id,
        nullif(lower({{ ga4_consent() }}), 'unset') as consent,
        {{ ga4_param('page_location', 'string') }} as page_url,
        {{ ga4_param('page_referrer', 'string') }} as referrer,
        {%- set is_search = "case when type = 'search' then " %}
        -- a term such as 1050 is exported as a number
        {{ is_search }}coalesce(
            {{ ga4_param('search_term', 'string') }},
            {{ ga4_param('search_term', 'int') }},
            {{ ga4_param('search_term', 'double') }}
        ) end as search_term,
        {{ is_search }}{{ ga4_param('search_results', 'int') }} end as search_results,
        get_json_object(device, '$.category') as device,
        {{ channel(ga4_medium()) }} as source,
        country,
        {{ ga4_campaign('source') }} as tracked_source,
        {{ ga4_campaign('medium') }} as tracked_medium,
        {{ ga4_campaign('campaign_name') }} as tracked_campaign,
        {{ delivery_columns() }}
    from exploded

)

select * from final
