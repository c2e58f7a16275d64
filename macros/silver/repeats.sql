{#- Events that a tracker sends twice: `is_repeat` of `int_events`. -#}

{#- Seconds within which an event with the content of another one repeats it. 0: no event is a repeat. -#}
{% macro repeated_event_seconds() -%}
  {{ return(lakehouse.whole_number_var('repeated_event_seconds', 0, 60)) }}
{%- endmacro %}


{#- Whether all events of the table have to be compared again, by other seconds. -#}
{% macro compares_again(entity) -%}
  {%- if entity != 'events' -%}{{ return(false) }}{%- endif -%}
  {%- set rules = ref('int_event_rules') -%}
  {{ return(is_incremental() and not lakehouse.is_unchanged([rules])) }}
{%- endmacro %}


{#-
  CTEs that mark the events which repeat another one of their month; the last one is `compared`. An event is compared
  with the one before it that has the same content, whether or not that is a repeat. Of an event with several products,
  each row is.
-#}
{% macro mark_repeats(events, columns) -%}
{%- set merges = lakehouse.is_mapped('events') and lakehouse.mapping('events').get('merges_events') -%}
{%- set seconds = 0 if merges else lakehouse.repeated_event_seconds() -%}
{%- set not_content = ['event_id', 'event_time', 'event_date', '_source_file', '_row_number', '_batch_id', '_ingested_at'] -%}
{%- if seconds -%}
after_same as (

    select
        *,
        lag(event_time) over (
            partition by {{ columns | reject('in', not_content) | join(', ') }}
            order by event_time, event_id
        ) as _same_at
    from {{ events }}

),

{% endif -%}
compared as (

    {%- if seconds %}

    select
        *,
        coalesce(event_time <= timestampadd(second, {{ seconds }}, _same_at), false)
        {%- if lakehouse.sessions_are_by_rule() %}
        -- of two events that nothing relates, none repeats the other
        and coalesce(visitor_id, customer_id, delivered_session_id) is not null
        {%- endif %}
            as is_repeat
    from after_same
    {%- else %}

    select *, false as is_repeat from {{ events }}
    {%- endif %}

)
{%- endmacro %}


{% macro repeats_of_sessions(events) -%}
    select
        session_id,
        count(*) as repeat_count,
        count_if(event_type = 'purchase') as repeated_purchase_count,
        max(event_time) as last_repeat_at
    from {{ events }}
    where is_repeat
    group by session_id
{%- endmacro %}
