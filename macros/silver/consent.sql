{#- Visits without consent count, and nothing in silver says whose they are: docs/identity.md. -#}

{#- What leads from a row of a visit to its visitor. -#}
{% macro visitor_identifiers() -%}
  {{ return(['visitor_id', 'customer_id', 'order_id', 'ip']) }}
{%- endmacro %}


{#- Nothing that a source delivers about consent is treated as consent. -#}
{% macro with_consent(consent, value) -%}
  case when coalesce({{ consent }}, true) then {{ value }} end
{%- endmacro %}


{#- Whether the export of sessions may say of an event that its visitor did not consent. -#}
{% macro sessions_may_refuse(entity) -%}
  {{ return(entity == 'events' and not lakehouse.sessions_are_made_of_events()) }}
{%- endmacro %}


{#-
  A CTE `consented`: the rows of `latest` without the identifiers of visitors who did not consent, as the row itself or
  the export of sessions says. Of rows of a table without consent, all stays.
-#}
{% macro drop_identifiers(entity, columns) -%}
{%- set identifiers = lakehouse.visitor_identifiers() if 'consent' in columns else [] -%}
{%- set refused = lakehouse.sessions_may_refuse(entity) and identifiers -%}
{%- set consent = 'latest.consent' -%}
{%- if refused -%}
{%- set consent = 'case when refusing.session_id is null then latest.consent else false end' -%}
refusing as (

    select session_id from {{ ref('int_sessions') }}
    where not consent

),

{% endif -%}
consented as (

    select
        {%- for column in columns %}
        {{ lakehouse.with_consent(consent, 'latest.' ~ column) ~ ' as ' ~ column if column in identifiers else 'latest.' ~ column }}
        {{- ',' if not loop.last or refused }}
        {%- endfor %}
        {%- if refused %}
        refusing.session_id is not null as _session_refuses
        {%- endif %}
    from latest
    {%- if refused %}
    left join refusing on latest.session_id = refusing.session_id
    {%- endif %}

)
{%- endmacro %}


{#-
  A query for the sessions of which the export says something else about consent than when their events were written;
  none if there is no such session. Their events are read from bronze again, which has what silver dropped. Events are
  looked for from the month before the first of these sessions.
-#}
{% macro sessions_with_other_consent(entity) -%}
  {%- if not lakehouse.sessions_may_refuse(entity) -%}{{ return(none) }}{%- endif -%}
  {%- set sessions = ref('int_sessions') -%}
  {%- if not execute or not is_incremental() or lakehouse.is_unchanged([sessions]) -%}{{ return(none) }}{%- endif -%}
  {%- set new = '_version > ' ~ last_built_version(sessions) -%}
  {%- set first = lakehouse.get_column_values(
    'select min(_month) as first_month from ' ~ sessions ~ ' where ' ~ new
  ) | select | list -%}
  {%- if not first -%}{{ return(none) }}{%- endif -%}
  {%- set query -%}
    select events.session_id
    from (
      select {{ lakehouse.existing_columns(['session_id', '_session_refuses', '_month']) | join(', ') }} from {{ this }}
    ) as events
    inner join (select session_id, consent from {{ sessions }} where {{ new }}) as new_sessions
      on events.session_id = new_sessions.session_id
    where
      events._month >= '{{ lakehouse.month_after(first[0], -1) }}'
      and coalesce(cast(events._session_refuses as boolean), false) <> coalesce(not new_sessions.consent, false)
  {%- endset -%}
  {{ return(query if lakehouse.get_column_values(query ~ ' limit 1') else none) }}
{%- endmacro %}
