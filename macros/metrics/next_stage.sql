{% macro next_stage(previous, event_type) -%}
  {{ return(adapter.dispatch('next_stage', 'lakehouse')(previous, event_type)) }}
{%- endmacro %}

{% macro default__next_stage(previous, event_type) %}
    select events.session_id, min(events.event_time) as reached_at
    from events
    inner join {{ previous }} on events.session_id = {{ previous }}.session_id
    where events.event_type = '{{ event_type }}' and events.event_time >= {{ previous }}.reached_at
    group by events.session_id
{% endmacro %}
