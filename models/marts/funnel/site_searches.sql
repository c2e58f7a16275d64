{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months([ref('session_metrics')]) %}
{{ replace_months(months) }}
with visits as (

    -- with the customers that visits have by their browser, or one person would be several visitors
    select
        session_id,
        coalesce(nullif(customer_id, 'UNKNOWN'), visitor_id, session_id) as visitor,
        revenue,
        _month
    from {{ ref('session_metrics') }}
    where {{ in_months(months) }}

),

events as (

    select session_id, event_time, event_type, product_id, search_term, search_results
    from {{ ref('int_events') }}
    where is_repeat is not true and {{ in_months(months_of_events(ref('session_metrics'), months)) }}

),

searches as (

    select
        visits._month,
        visits.visitor,
        events.session_id,
        events.event_time,
        {{ normalised_term('events.search_term') }} as term,
        events.search_results
    from events
    inner join visits on events.session_id = visits.session_id
    where events.event_type = 'search'

),

-- What one person types, however often, is read nowhere.
frequent as (

    select _month, term
    from searches
    group by _month, term
    having count(distinct visitor) >= {{ search_min_visitors() }}

),

-- Rare terms are added up before sessions are counted: one with two of them counts once.
named as (

    select
        searches._month,
        searches.session_id,
        searches.event_time,
        coalesce(frequent.term, '(other)') as term,
        searches.search_results
    from searches
    left join frequent on searches._month = frequent._month and searches.term = frequent.term

),

sessions as (

    select
        _month,
        term,
        session_id,
        min(event_time) as searched_at,
        count(*) as search_count,
        count(search_results) as counted_search_count,
        count_if(search_results = 0) as no_result_count
    from named
    group by _month, term, session_id

),

outcomes as (

    select
        events.session_id,
        max(case when events.event_type = 'page_view' and events.product_id is not null then events.event_time end)
            as last_viewed_at,
        max(case when events.event_type = 'add_to_cart' then events.event_time end) as last_added_at,
        max(case when events.event_type = 'purchase' then events.event_time end) as last_bought_at
    from events
    left semi join searches on events.session_id = searches.session_id
    group by events.session_id

),

final as (

    select
        cast(concat(sessions._month, '-01') as date) as month,
        sessions.term,
        sum(sessions.search_count) as search_count,
        sum(sessions.counted_search_count) as counted_search_count,
        case
            when sum(sessions.counted_search_count) > 0 then sum(sessions.no_result_count)
        end as no_result_count,
        count(*) as session_count,
        count_if(outcomes.last_viewed_at >= sessions.searched_at) as view_session_count,
        count_if(outcomes.last_added_at >= sessions.searched_at) as cart_session_count,
        count_if(outcomes.last_bought_at >= sessions.searched_at) as purchase_session_count,
        {{ percentage('count_if(outcomes.last_bought_at >= sessions.searched_at)', 'count(*)') }}
            as session_conversion_pct,
        cast(
            coalesce(sum(case when outcomes.last_bought_at >= sessions.searched_at then visits.revenue end), 0)
            as decimal(18, 2)
        ) as revenue,
        sessions._month,
        {{ version_column() }}
    from sessions
    inner join visits on sessions.session_id = visits.session_id
    inner join outcomes on sessions.session_id = outcomes.session_id
    group by sessions._month, sessions.term

)

select * from final
