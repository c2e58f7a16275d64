{% macro event_type(value) -%}
  {{ return(adapter.dispatch('event_type', 'lakehouse')(value)) }}
{%- endmacro %}

{% macro default__event_type(value) -%}
  case
    when lower({{ value }}) in ('{{ lakehouse.funnel_stages() | join("', '") }}') then lower({{ value }})
    else (select max(event_type) from {{ ref('event_type_aliases') }} where alias = lower({{ value }}))
  end
{%- endmacro %}
