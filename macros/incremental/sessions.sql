{#-
  Which months `int_visits` rewrites.

  A session is in the month of its first event, and can end in a later one. So the months are chosen by whole sessions.
  An example, with one session that runs from October into November, and a late event of 1 November that belongs to it:

    changed months     November: it has a new event
    changed spans      October to November: the session has a new event
    months             October, where its row is, and November; the events of both are read

  Another session, from September into October, has nothing new. Only some of its events are read, so it is not computed
  from them: its row is kept, see `reaches_over`.
-#}
{% macro session_months() -%}
  {%- set events, sessions, rules = ref('int_events'), ref('int_sessions'), ref('int_traffic_rules') -%}
  {%- set stages = ref('funnel_stages') -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if not lakehouse.is_unchanged([stages]) -%}
    {#- every month, also those without events, which sessions may reach over -#}
    {%- set query -%}
      with span as (
        select min(_month) as first_month, max(_month) as last_month
        from (select _month from {{ events }} union select _month from {{ this }}) as months
      ),
      spans as (
        select first_month, last_month from span where first_month is not null
      )
      select _month from ({{ lakehouse.months_of_spans('spans') }}) as span_months
    {%- endset -%}
    {{ return(lakehouse.get_column_values(query)) }}
  {%- endif -%}
  {%- set from_export = not lakehouse.sessions_are_made_of_events() -%}
  {%- if lakehouse.is_unchanged([events, rules] + ([sessions] if from_export else [])) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    with new_events as (
      select session_id, _month from {{ events }} where _version > {{ last_built_version(events) }}
    ),
    changed_sessions as (
      select session_id from new_events
      {%- if from_export %}
      union
      select session_id from {{ sessions }} where _version > {{ last_built_version(sessions) }}
      {%- endif %}
      {%- if not lakehouse.is_unchanged([rules]) %}
      union
      {{ lakehouse.sessions_with_another_reason() }}
      {%- endif %}
    ),
    {#- the current rows of the table #}
    written_sessions as (
      select session_id, _month as first_month, {{ lakehouse.shop_month('session_end_at') }} as last_month from {{ this }}
    ),
    spans as (
      select distinct first_month, last_month from written_sessions
    ),
    {#- one row for each span and month in it #}
    span_months as (
      {{ lakehouse.months_of_spans('spans') }}
    ),
    {#- months with new events, and months that sessions reach but that no longer have events #}
    changed_months as (
      select _month from new_events
      union
      (
        select _month from span_months
        except
        select distinct _month from {{ events }}
      )
    ),
    changed_spans as (
      select first_month, last_month
      from written_sessions
      left semi join changed_sessions on written_sessions.session_id = changed_sessions.session_id
      union
      {#- sessions that had events in a changed month may have lost some #}
      select first_month, last_month
      from span_months
      left semi join changed_months on span_months._month = changed_months._month
    )
    select _month from changed_months
    union
    select span_months._month
    from span_months
    left semi join changed_spans
      on span_months.first_month = changed_spans.first_month and span_months.last_month = changed_spans.last_month
  {%- endset -%}
  {{ return(lakehouse.get_column_values(query)) }}
{%- endmacro %}


{#-
  The sessions with a month in `months` and another outside of them, such as September to October above. None of these
  sessions has changed.
-#}
{% macro reaches_over(months) -%}
  {%- if months -%}
  {%- set first_days = [] -%}
  {%- for month in months -%}
    {%- do first_days.append("date'" ~ month ~ "-01'") -%}
  {%- endfor -%}
  {%- set started, ended = lakehouse.shop_time('session_start_at'), lakehouse.shop_time('session_end_at') -%}
  {#- these three conditions on plain columns exclude most rows #}
  _month <= '{{ months[-1] }}'
  and {{ ended }} >= cast('{{ months[0] }}-01' as timestamp)
  and {{ ended }} >= add_months(trunc({{ started }}, 'month'), 1)
  {#- some but not all of the session's months are among these #}
  and size(array_intersect(
    sequence(to_date(trunc({{ started }}, 'month')), to_date(trunc({{ ended }}, 'month')), interval '1' month),
    array({{ first_days | join(', ') }})
  )) between 1 and {{ lakehouse.months_between(started, ended) }}
  {%- else -%}
  false
  {%- endif -%}
{%- endmacro %}


{#- The months in which the sessions of these months have events: those that they go on into are among them. -#}
{% macro months_of_events(visits, months) -%}
  {%- if not months -%}{{ return(months) }}{%- endif -%}
  {%- set query -%}
    with spans as (
      select distinct _month as first_month, {{ lakehouse.shop_month('session_end_at') }} as last_month
      from {{ visits }}
      where {{ lakehouse.in_months(months) }}
    )
    select distinct _month from ({{ lakehouse.months_of_spans('spans') }}) as span_months
  {%- endset -%}
  {{ return(lakehouse.get_column_values(query)) }}
{%- endmacro %}
