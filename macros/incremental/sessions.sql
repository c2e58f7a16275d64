{#-
  `session_metrics` works again on the sessions that something new belongs to, however old. A session can reach over the
  end of a month, so it reads and writes the span of months from the first to the last of these sessions.
-#}

{#- A query for the identifiers of the sessions to work on again. -#}
{% macro changed_sessions() -%}
  {{ return(adapter.dispatch('changed_sessions', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__changed_sessions() -%}
    {%- set events, sessions = ref('int_events'), ref('int_sessions') -%}
    select session_id from {{ events }} where _version > {{ seen_version(events) }}
    union
    select session_id from {{ sessions }} where _version > {{ seen_version(sessions) }}
    union
    {#- sessions that had events in a month that has changed, and may have lost them #}
    select existing.session_id
    from {{ this }} as existing
    inner join (
        select _month from {{ events }} where _version > {{ seen_version(events) }}
        union
        (
            select _month from {{ this }}
            except
            select _month from {{ events }}
        )
    ) as changed
        on changed._month between existing._month and date_format(existing.session_end_at, 'yyyy-MM')
{%- endmacro %}


{#- First and last month of these sessions; none in a full build, an empty list if there are no such sessions. -#}
{% macro session_span() -%}
  {{ return(adapter.dispatch('session_span', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__session_span() -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- set changed = lakehouse.changed_sessions() -%}
  {%- set query -%}
    with changed as ({{ changed }}),
    months as (
      select _month from {{ ref('int_events') }} where _version > {{ seen_version(ref('int_events')) }}
      union
      select existing._month
      from {{ this }} as existing left semi join changed on existing.session_id = changed.session_id
      union
      select date_format(existing.session_end_at, 'yyyy-MM')
      from {{ this }} as existing left semi join changed on existing.session_id = changed.session_id
    )
    select min(_month), max(_month) from months
  {%- endset -%}
  {{ return(run_query(query).rows[0].values() | select | list) }}
{%- endmacro %}


{% macro in_span(span) -%}
  {{ return(adapter.dispatch('in_span', 'lakehouse')(span)) }}
{%- endmacro %}

{% macro default__in_span(span) -%}
  {%- if span is none -%}true
  {%- elif span -%}_month between '{{ span[0] }}' and '{{ span[1] }}'
  {%- else -%}false
  {%- endif -%}
{%- endmacro %}


{% macro replace_span(span) -%}
  {%- if span is not none -%}
  {{ replace_where(lakehouse.in_span(span) if span else none) }}
  {%- endif -%}
{%- endmacro %}


{#- The sessions of the span that nothing new belongs to, as they are. -#}
{% macro untouched_sessions(span) -%}
  {{ return(adapter.dispatch('untouched_sessions', 'lakehouse')(span)) }}
{%- endmacro %}

{% macro default__untouched_sessions(span) -%}
  {%- if is_incremental() -%}
    union all
    select
        session_id, customer_id, session_date, session_start_at, session_end_at, duration_seconds, event_count,
        view_count, cart_count, checkout_count, order_count, revenue, has_purchased, furthest_stage, device, source,
        country, _ordered_stages, _month, cast({{ next_version() }} as bigint) as _version
    from {{ this }}
    where {{ lakehouse.in_span(span) }} and session_id not in ({{ lakehouse.changed_sessions() }})
  {%- endif -%}
{%- endmacro %}
