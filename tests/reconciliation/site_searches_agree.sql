-- Every search in silver is in site_searches, or of a session that is left out.
with silver as (

    select
        visits._month,
        count(*) as search_count,
        count_if(visits.excluded_reason is not null) as excluded_search_count
    from {{ ref('int_events') }} as events
    left join {{ ref('int_visits') }} as visits on events.session_id = visits.session_id
    where events.event_type = 'search' and events.is_repeat is not true
    group by visits._month

),

gold as (

    select _month, sum(search_count) as search_count
    from {{ ref('site_searches') }}
    group by _month

)

select
    coalesce(silver._month, gold._month) as month,
    silver.search_count,
    silver.excluded_search_count,
    gold.search_count as search_count_in_gold
from silver
full outer join gold on silver._month = gold._month
where
    coalesce(silver.search_count, 0) <> coalesce(silver.excluded_search_count, 0) + coalesce(gold.search_count, 0)
