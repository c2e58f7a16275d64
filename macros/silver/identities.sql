{#- Whose a visit is: docs/identity.md. -#}

{#- How visits without a customer are given to one: last_known, whole_history or none. -#}
{% macro identity_mode() -%}
  {%- set modes = ['last_known', 'whole_history', 'none'] -%}
  {%- if var('identity') not in modes -%}
    {%- do exceptions.raise_compiler_error(
      "The variable `identity` is '" ~ var('identity') ~ "': it has to be one of " ~ modes | join(', ') ~ '.'
    ) -%}
  {%- endif -%}
  {{ return(var('identity')) }}
{%- endmacro %}


{#- The condition of the link that a session gets its customer by. -#}
{% macro is_link_of(links, sessions) -%}
  {{ links }}.visitor_id = {{ sessions }}.visitor_id
  and {{ links }}.customer_id is not null
  and ({{ links }}.valid_from is null or {{ sessions }}.session_start_at >= {{ links }}.valid_from)
  and ({{ links }}.valid_to is null or {{ sessions }}.session_start_at < {{ links }}.valid_to)
{%- endmacro %}


{#- The sessions of gold that have another customer, by the links of their browser, than the links say. -#}
{% macro outdated_identities(links) -%}
  {%- if is_incremental() -%}
  {%- set columns = ['visitor_id', 'customer_id', 'identified_by', 'session_start_at', '_month'] %}
    select sessions._month
    from (select {{ lakehouse.existing_columns(columns) | join(', ') }} from {{ this }}) as sessions
    left join {{ links }} as links on {{ lakehouse.is_link_of('links', 'sessions') }}
    where
      sessions.visitor_id is not null
      and sessions.identified_by is distinct from 'session'
      and (
        sessions.customer_id <> coalesce(links.customer_id, 'UNKNOWN')
        or sessions.identified_by is distinct from links.reason
      )
  {%- endif -%}
{%- endmacro %}
