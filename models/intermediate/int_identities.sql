{{ config(materialized='table') }}

{%- set mode = identity_mode() %}
{%- set in_time = 'order by session_start_at asc, seen_at asc, source_id asc' %}
-- Neither bots and the shop's own people nor visitors without consent say whose a browser is.
with visits as (

    select session_id, visitor_id, customer_id, session_start_at from {{ ref('int_visits') }}
    where excluded_reason is null and coalesce(consent, true)

),

-- What says that a browser is a customer's: visits of a customer who was logged in, and orders that were placed in it.
evidence as (

    select
        visitor_id,
        customer_id,
        session_start_at,
        session_start_at as seen_at,
        session_id as source_id,
        'login' as reason
    from visits
    where visitor_id is not null and customer_id is not null
    {%- if is_mapped('events') %}
    union all
    select
        events.visitor_id,
        orders.customer_id,
        visits.session_start_at,
        events.event_time as seen_at,
        events.event_id as source_id,
        'order' as reason
    from {{ ref('int_events') }} as events
    inner join visits on events.session_id = visits.session_id
    inner join {{ ref('int_orders') }} as orders on events.order_id = orders.order_id
    where
        events.event_type = 'purchase'
        and events.is_repeat is not true
        and events.visitor_id is not null
        and orders.customer_id is not null
    {%- endif %}

),

browsers as (

    select
        visitor_id,
        count(distinct customer_id) as customer_count,
        max_by(struct(customer_id, reason, seen_at), struct(session_start_at, seen_at, source_id)) as last_seen
    from evidence
    group by visitor_id

),

-- The customers of a browser one after the other.
ordered as (

    select
        evidence.*,
        lag(evidence.customer_id) over (partition by evidence.visitor_id {{ in_time }}) as previous_customer_id
    from evidence
    inner join browsers on evidence.visitor_id = browsers.visitor_id
    where browsers.customer_count <= {{ var('identity_max_customers') }}

),

links as (
    {%- if mode == 'last_known' %}

    -- A turn begins with the whole visit, not with the order in it.
    select
        visitor_id,
        customer_id,
        reason,
        seen_at as linked_at,
        case when previous_customer_id is not null then session_start_at end as valid_from,
        lead(session_start_at) over (partition by visitor_id {{ in_time }}) as valid_to
    from ordered
    where customer_id is distinct from previous_customer_id
    {%- else %}

    select
        visitor_id,
        last_seen.customer_id,
        last_seen.reason,
        last_seen.seen_at as linked_at,
        cast(null as timestamp) as valid_from,
        cast(null as timestamp) as valid_to
    from browsers
    where customer_count <= {{ var('identity_max_customers') if mode == 'whole_history' else 0 }}
    {%- endif %}

),

final as (

    select
        browsers.visitor_id,
        links.customer_id,
        coalesce(links.reason, '{{ 'none' if mode == 'none' else 'shared' }}') as reason,
        links.linked_at,
        links.valid_from,
        links.valid_to,
        browsers.customer_count
    from browsers
    left join links on browsers.visitor_id = links.visitor_id

)

select * from final
