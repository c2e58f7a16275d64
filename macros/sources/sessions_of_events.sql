{#-
  Sessions of a source that exports only events. They depend on the set of a session's events, not on deliveries.
-#}

{% macro session_attributes() -%}
  {{ return(['customer_id', 'device', 'source', 'country']) }}
{%- endmacro %}


{#-
  The customer is the last known one, since visitors log in along the way; all other attributes are from the start.
-#}
{% macro attributes_of_sessions(events) -%}
    select
        session_id,
        {%- for column in lakehouse.session_attributes() %}
        {{ 'max_by' if column == 'customer_id' else 'min_by' }}(
            {{ column }}, case when {{ column }} is not null then struct(event_time, event_id) end
        ) as {{ column }},
        {%- endfor %}
        min(event_time) as started_at
    from {{ events }}
    group by session_id
{%- endmacro %}


{% macro sessions_of_events() -%}
with events as (

    select
        session_id,
        event_id,
        event_time,
        {{ lakehouse.session_attributes() | join(', ') }}
    from {{ ref('int_events') }}

),

sessions as (

    {{ lakehouse.attributes_of_sessions('events') }}

),

final as (

    select
        session_id,
        customer_id,
        started_at,
        device,
        source,
        country,
        '{{ lakehouse.entity_source('sessions') }}' as _source_system,
        {{ lakehouse.shop_month('started_at') }} as _month,
        cast(0 as bigint) as _version
    from sessions

)

select * from final
{%- endmacro %}
