{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months(
    [ref('int_visits'), ref('int_visit_channels')],
    dimensions=[ref('int_identities')],
    outdated=outdated_identities(ref('int_identities')),
) %}
{{ replace_months(months) }}
with visits as (

    select * from {{ ref('int_visits') }}
    where excluded_reason is null and {{ in_months(months) }}

),

channels as (

    select session_id, traffic_source, traffic_medium, campaign, channel_group
    from {{ ref('int_visit_channels') }}
    where {{ in_months(months) }}

),

links as (

    select * from {{ ref('int_identities') }}

),

stages as (

    {{ funnel_stages() }}

),

identified as (

    select
        visits.*,
        coalesce(visits.customer_id, links.customer_id, 'UNKNOWN') as known_customer_id,
        case when visits.customer_id is not null then 'session' else links.reason end as identified_by,
        channels.traffic_source,
        channels.traffic_medium,
        channels.campaign,
        channels.channel_group,
        stages.stage as furthest_stage
    from visits
    left join stages on coalesce(visits.furthest_stage_order, 1) = stages.stage_order
    left join channels on visits.session_id = channels.session_id
    left join links on visits.customer_id is null and {{ is_link_of('links', 'visits') }}

),

final as (

    select
        session_id,
        known_customer_id as customer_id,
        identified_by,
        visitor_id,
        consent as has_consent,
        {{ shop_date('session_start_at') }} as session_date,
        session_start_at,
        session_end_at,
        timestampdiff(second, session_start_at, session_end_at) as duration_seconds,
        event_count,
        view_count,
        cart_count,
        checkout_count,
        order_count,
        revenue,
        order_count > 0 as has_purchased,
        furthest_stage,
        coalesce(device, 'UNKNOWN') as device,
        coalesce(source, 'UNKNOWN') as source,
        coalesce(country, 'UNKNOWN') as country,
        traffic_source,
        traffic_medium,
        campaign,
        channel_group,
        ordered_stage_count as _ordered_stages,
        stage_event_counts as _stage_event_counts,
        stage_times as _stage_times,
        _month,
        {{ version_column() }}
    from identified

)

select * from final
