{#- One month is enough, the oldest, which is the last to be written again by itself, and has none before it. -#}
with events as (

    select * from {{ ref('int_events') }}

),

oldest as (

    select * from events
    where events._month = (select min(months._month) from events as months)

),
{%- if sessions_are_by_rule() %}
{%- set columns = ['event_id', 'event_time', 'visitor_id', 'customer_id', 'delivered_session_id', 'page_url', 'is_repeat', '_month']
    + (visit_columns_of_events() | select('in', ['tracked_source', 'tracked_medium', 'tracked_campaign']) | list) %}

{{ cut_into_sessions('oldest', columns, none) }},

ruled as (

    select event_id, session_id from in_sessions

),
{%- endif %}

final as (

    select
        oldest.event_id,
        oldest.session_id,
        'session_rule, or what belongs to it, has changed: dbt build --full-refresh' as what_to_do
    from oldest
    {%- if sessions_are_by_rule() %}
    inner join ruled on oldest.event_id = ruled.event_id
    where oldest.session_id is distinct from ruled.session_id
    {%- else %}
    where oldest.session_id = concat('{{ ruled_session_prefix() }}', oldest.event_id)
    {%- endif %}

)

select * from final
