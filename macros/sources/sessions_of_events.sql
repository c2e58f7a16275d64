{#-
  What is known of a visitor, from the events and the export of sessions. It depends on the set of a session's events,
  not on their deliveries.
-#}

{#- The attributes of a session that its events have, by the column of `int_events`. -#}
{% macro visit_attributes() -%}
  {%- set attributes = {
    'customer_id': 'customer_id', 'visitor_id': 'visitor_id', 'landing_page': 'page_url', 'referrer': 'referrer',
    'user_agent': 'user_agent', 'ip': 'ip', 'consent': 'consent'
  } -%}
  {%- for column in lakehouse.visit_columns_of_events() -%}
    {%- do attributes.update({column: column}) -%}
  {%- endfor -%}
  {{ return(attributes) }}
{%- endmacro %}


{#- Attributes of a visit that only some events have: `native` has them in the export of sessions, if there is one. -#}
{% macro visit_columns_of_events() -%}
  {%- set of_trackers = ['tracked_source', 'tracked_medium', 'tracked_campaign'] if lakehouse.is_mapped('events') else [] -%}
  {{ return(
    (['device', 'source', 'country'] if of_trackers or lakehouse.sessions_are_by_rule() else []) + of_trackers
  ) }}
{%- endmacro %}


{#- The attributes that the export of sessions has. -#}
{% macro session_attributes() -%}
  {{ return(['customer_id', 'device', 'source', 'country', 'visitor_id', 'landing_page', 'referrer', 'consent']) }}
{%- endmacro %}


{#- Of each attribute of a visit, the columns of `sessions` and `seen` that may have it. The export comes first. -#}
{% macro attribute_places() -%}
  {%- set places = {} -%}
  {%- for column in lakehouse.session_attributes() if not lakehouse.sessions_are_made_of_events() -%}
    {%- do places.update({column: ['sessions.' ~ column]}) -%}
  {%- endfor -%}
  {%- for column in lakehouse.visit_attributes() -%}
    {%- do places.setdefault(column, []).append('seen.' ~ column) -%}
  {%- endfor -%}
  {{ return(places) }}
{%- endmacro %}


{#-
  An attribute of a visit, from where it may be. Consent needs both the export of sessions and the events not to deny it,
  and a visit without it has nothing that leads to its visitor.
-#}
{% macro visit_attribute(column) -%}
  {%- set places = lakehouse.attribute_places() -%}
  {%- set words, value = places.consent, 'coalesce(' ~ places[column] | join(', ') ~ ')' -%}
  {%- set consent = 'coalesce(' ~ words | join(' and ') ~ ', ' ~ words | join(', ') ~ ')' -%}
  {%- if column in lakehouse.visitor_identifiers() -%}
    {%- set value = lakehouse.with_consent(consent, value) -%}
  {%- endif -%}
  {{ consent if column == 'consent' else value }}
{%- endmacro %}


{% macro visit_columns() -%}
  {{ return([
    'session_id', 'session_start_at', 'session_end_at', 'event_count', 'view_count', 'cart_count', 'checkout_count',
    'order_count', 'revenue', 'ordered_stage_count', 'furthest_stage_order', 'stage_event_counts', 'stage_times',
    'repeat_count', 'repeated_purchase_count', 'last_repeat_at', 'excluded_reason'
  ] + lakehouse.attribute_places().keys() | list + ['_month']) }}
{%- endmacro %}


{#-
  The customer is the last known one, since visitors log in along the way, and consent is their last word; all other
  attributes are from the start.
-#}
{% macro attributes_of_sessions(events) -%}
    select
        session_id,
        {%- for attribute, column in lakehouse.visit_attributes().items() %}
        {{ 'max_by' if attribute in ['customer_id', 'consent'] else 'min_by' }}(
            {{ column }}, case when {{ column }} is not null then struct(event_time, event_id) end
        ) as {{ attribute }},
        {%- endfor %}
        min(event_time) as started_at
    from {{ events }}
    group by session_id
{%- endmacro %}


{#- Sessions of a source that exports only events. -#}
{% macro sessions_of_events() -%}
with events as (

    select * from {{ ref('int_events') }}
    where is_repeat is not true

),

sessions as (

    {{ lakehouse.attributes_of_sessions('events') }}

),

final as (

    select
        session_id,
        started_at,
        {%- for column in lakehouse.session_attributes() %}
        {%- if column in lakehouse.visitor_identifiers() %}
        {{ lakehouse.with_consent('consent', column) }} as {{ column }},
        {%- else %}
        {{ column }},
        {%- endif %}
        {%- endfor %}
        '{{ lakehouse.entity_source('sessions') }}' as _source_system,
        {{ lakehouse.shop_month('started_at') }} as _month,
        cast(0 as bigint) as _version
    from sessions

)

select * from final
{%- endmacro %}
