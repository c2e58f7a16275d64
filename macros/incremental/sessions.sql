{#-
  `session_metrics` works again on the sessions that something new belongs to, however old. A session can reach over the
  end of a month, so it reads and writes all months of these sessions: none of them lies partly in other months. Another
  session can, and stays as it is.
-#}
{% macro session_months() -%}
  {%- set events, sessions = ref('int_events'), ref('int_sessions') -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if lakehouse.is_unchanged([events, sessions]) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    with existing as (
      select session_id, _month as first_month, date_format(session_end_at, 'yyyy-MM') as last_month from {{ this }}
    ),
    {#- every month from a session's first to its last #}
    reached as (
      select first_month, last_month, date_format(day, 'yyyy-MM') as _month
      from (
        select first_month, last_month, explode(sequence(
          cast(concat(first_month, '-01') as date), cast(concat(last_month, '-01') as date), interval '1' month
        )) as day
        from (select distinct first_month, last_month from existing) as spans
      ) as days
    ),
    changed_months as (
      select distinct _month from {{ events }} where _version > {{ last_built_version(events) }}
      union
      (
        select _month from reached
        except
        select distinct _month from {{ events }}
      )
    ),
    changed_sessions as (
      select session_id from {{ events }} where _version > {{ last_built_version(events) }}
      union
      select session_id from {{ sessions }} where _version > {{ last_built_version(sessions) }}
    ),
    touched as (
      select distinct first_month, last_month
      from existing left semi join changed_sessions on existing.session_id = changed_sessions.session_id
      union
      {#- those that had events in a month that has changed, and may have lost them #}
      select first_month, last_month
      from reached left semi join changed_months on reached._month = changed_months._month
    )
    select reached._month
    from reached left semi join touched
      on reached.first_month = touched.first_month and reached.last_month = touched.last_month
    union
    select _month from changed_months
  {%- endset -%}
  {{ return(lakehouse.get_column_values(query)) }}
{%- endmacro %}


{% macro reaches_over(months) -%}
  {%- if months -%}
  {%- set first_days = [] -%}
  {%- for month in months -%}
    {%- do first_days.append("date'" ~ month ~ "-01'") -%}
  {%- endfor -%}
  {#- by the first three conditions, of plain columns, most rows are left out #}
  _month <= '{{ months[-1] }}'
  and session_end_at >= cast('{{ months[0] }}-01' as timestamp)
  and session_end_at >= add_months(trunc(session_start_at, 'month'), 1)
  {#- a flat list: a sum of one term for each month would nest deeper with every month #}
  and size(array_intersect(
    sequence(to_date(trunc(session_start_at, 'month')), to_date(trunc(session_end_at, 'month')), interval '1' month),
    array({{ first_days | join(', ') }})
  )) between 1 and {{ lakehouse.months_between('session_start_at', 'session_end_at') }}
  {%- else -%}
  false
  {%- endif -%}
{%- endmacro %}
