-- What do visitors search for and not find? The 20 terms that most often had no result or, where that is unknown, were
-- followed by no product view.
with site_searches as (

    select * from {{ ref('site_searches') }}
    where {{ in_period('month') }}

),

terms as (

    select
        term,
        sum(search_count) as searches,
        sum(no_result_count) as without_result,
        sum(counted_search_count) as counted_searches,
        sum(session_count) as sessions,
        sum(session_count - view_session_count) as nothing_viewed,
        sum(purchase_session_count) as purchase_sessions
    from site_searches
    group by term

),

ranked as (

    select
        *,
        row_number() over (order by coalesce(without_result, 0) desc, nothing_viewed desc, term asc) as position
    from terms
    where without_result > 0 or (without_result is null and nothing_viewed > 0)

),

final as (

    select
        term,
        searches,
        without_result,
        case when without_result is not null then {{ percentage('without_result', 'counted_searches') }} end
            as without_result_pct,
        nothing_viewed,
        {{ percentage('purchase_sessions', 'sessions') }} as conversion_pct
    from ranked
    where position <= 20

)

select * from final
order by without_result desc nulls last, nothing_viewed desc, term asc
