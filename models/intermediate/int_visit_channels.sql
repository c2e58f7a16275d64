{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set lists = [ref('click_ids'), ref('traffic_sites'), ref('channel_rules')] %}
{%- set all_months = 'select distinct _month from ' ~ this %}
{%- set months = changed_months([ref('int_visits')], dimensions=lists, outdated=all_months) %}
{{ replace_months(months) }}
with visits as (

    select
        session_id,
        source,
        landing_page is not null or referrer is not null as has_address,
        {%- for column in ['tracked_source', 'tracked_medium', 'tracked_campaign'] %}
        {{ column if is_mapped('events') else 'cast(null as string)' }} as {{ column }},
        {%- endfor %}
        {%- for column in ['utm_source', 'utm_medium', 'utm_campaign'] %}
        {{ address_parameter('landing_page', column) }} as {{ column }},
        {%- endfor %}
        regexp_extract(landing_page, '^[^?#]*[?]([^#]*)', 1) as parameters,
        {{ host_of('landing_page') }} as landing_host,
        {{ host_of('referrer') }} as referrer_host,
        _month
    from {{ ref('int_visits') }}
    where {{ in_months(months) }}

),

clicks as (

    {{ clicks_of('visits') }}

),

referrers as (

    {{ known_sites('visits', 'referrer_host') }}

),

-- What tells where the visitor came from, the strongest first.
told as (

    select
        visits.*,
        clicks.traffic_source as click_source,
        clicks.traffic_medium as click_medium,
        referrers.site,
        referrers.kind,
        case
            when visits.tracked_source is not null then 'tracker'
            when clicks.wins_over_utm then 'click'
            when coalesce(visits.utm_source, visits.utm_medium, visits.utm_campaign) is not null then 'utm'
            when clicks.session_id is not null then 'click'
            when
                visits.referrer_host <> coalesce(visits.landing_host, '') and coalesce(referrers.kind, '') <> 'ignored'
                then 'referrer'
            when visits.source <> 'direct' then 'session'
            when visits.source = 'direct' or visits.has_address then 'direct'
            else 'nothing'
        end as told_by
    from visits
    left join clicks on visits.session_id = clicks.session_id
    left join referrers on visits.referrer_host = referrers.name

),

named as (

    select
        session_id,
        coalesce(
            case told_by
                when 'tracker' then tracked_source
                when 'utm' then utm_source
                when 'click' then click_source
                when 'referrer' then case when kind = 'search' then site else referrer_host end
                when 'direct' then '(direct)'
            end,
            '(not set)'
        ) as traffic_source,
        coalesce(
            case told_by
                when 'tracker' then tracked_medium
                when 'utm' then utm_medium
                when 'click' then click_medium
                -- of a site that is not known, the session's word may tell more
                when 'referrer'
                    then case
                        when kind = 'search' then 'organic'
                        when kind is null and source <> 'direct' then source
                        else 'referral'
                    end
                when 'session' then source
                when 'direct' then '(none)'
            end,
            '(not set)'
        ) as traffic_medium,
        coalesce(
            case
                when told_by = 'tracker' then tracked_campaign
                when told_by in ('utm', 'click') then utm_campaign
            end,
            '(not set)'
        ) as campaign,
        _month
    from told

),

channels as (

    {{ channel_groups('named') }}

),

final as (

    select
        named.session_id,
        named.traffic_source,
        named.traffic_medium,
        named.campaign,
        coalesce(channels.channel_group, 'Unassigned') as channel_group,
        named._month,
        {{ version_column() }}
    from named
    left join channels
        on
            named.traffic_source = channels.traffic_source
            and named.traffic_medium = channels.traffic_medium
            and named.campaign = channels.campaign

)

select * from final
