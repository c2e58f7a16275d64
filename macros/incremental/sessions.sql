{#-
  `session_metrics` works again on the sessions that something new belongs to, however old. A session can reach over the
  end of a month, so it reads and writes the span of months from the first to the last of these sessions: all of them lie
  within it, and a session that reaches over its ends is none of them.
-#}

{#- First and last month of these sessions; none in a full build, an empty list if there are no such sessions. -#}
{% macro session_span() -%}
  {{ return(adapter.dispatch('session_span', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__session_span() -%}
  {%- set events, sessions = ref('int_events'), ref('int_sessions') -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if lakehouse.is_unchanged([events, sessions]) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    with existing as (
      select session_id, _month as first_month, date_format(session_end_at, 'yyyy-MM') as last_month from {{ this }}
    ),
    changed_months as (
      select distinct _month from {{ events }} where _version > {{ seen_version(events) }}
      union
      (
        {#- all that a session reaches into: another one may have begun in none of them #}
        select date_format(month, 'yyyy-MM')
        from (
          select explode(sequence(
            cast(concat(first_month, '-01') as date), cast(concat(last_month, '-01') as date), interval '1' month
          )) as month
          from (select distinct first_month, last_month from existing) as spans
        ) as months
        except
        select distinct _month from {{ events }}
      )
    ),
    changed_sessions as (
      select session_id from {{ events }} where _version > {{ seen_version(events) }}
      union
      select session_id from {{ sessions }} where _version > {{ seen_version(sessions) }}
    ),
    touched as (
      select existing.* from existing left semi join changed_sessions
        on existing.session_id = changed_sessions.session_id
      union all
      {#- those that had events in a month that has changed, and may have lost them #}
      select existing.* from existing left semi join changed_months
        on changed_months._month between existing.first_month and existing.last_month
    )
    select min(first_month), max(last_month)
    from (
      select first_month, last_month from touched
      union all
      select _month, _month from changed_months
    ) as months
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


{#- A condition on a session of this model's table: it has a day in the span, and another one outside of it. -#}
{% macro reaches_over(span) -%}
  {{ return(adapter.dispatch('reaches_over', 'lakehouse')(span)) }}
{%- endmacro %}

{% macro default__reaches_over(span) -%}
  {%- if span -%}
  {#- by the first two conditions, of plain columns, nearly all files are left out #}
  _month <= '{{ span[1] }}'
  and session_end_at >= cast('{{ span[0] }}-01' as timestamp)
  and (_month < '{{ span[0] }}' or date_format(session_end_at, 'yyyy-MM') > '{{ span[1] }}')
  {%- else -%}
  false
  {%- endif -%}
{%- endmacro %}
