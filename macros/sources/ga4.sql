{#- A parameter of an event, from the column `params` of ga4_events. -#}
{% macro ga4_param(key, type) -%}
  get(filter(params, param -> param.key = '{{ key }}'), 0).value.{{ type }}_value
{%- endmacro %}


{#- The traffic source of the session, as set for the property or as collected. -#}
{% macro ga4_medium() -%}
  coalesce(
    get_json_object(session_traffic_source_last_click, '$.manual_campaign.medium'),
    get_json_object(collected_traffic_source, '$.manual_medium'),
    {{ lakehouse.ga4_param('medium', 'string') }},
    get_json_object(traffic_source, '$.medium')
  )
{%- endmacro %}


{#- What names no source: no value, or that there is none. -#}
{% macro ga4_told(value) -%}
  case when {{ value }} not in ('', '(not set)', '(direct)', '(none)', '(data deleted)') then {{ value }} end
{%- endmacro %}


{#-
  `source`, `medium` or `campaign_name` of the session: of the first of these records that names a source. Google Ads
  and the other platforms are in the first one.
-#}
{% macro ga4_campaign(part) -%}
  {%- set last_click, collected = 'session_traffic_source_last_click', 'collected_traffic_source' -%}
  {%- set records = [
    ["get_json_object(" ~ last_click ~ ", '$.cross_channel_campaign.", "')"],
    ["get_json_object(" ~ last_click ~ ", '$.manual_campaign.", "')"],
    ["get_json_object(" ~ collected ~ ", '$.manual_", "')"]
  ] -%}
  case
    {%- for before, after in records %}
    when {{ lakehouse.ga4_told(before ~ 'source' ~ after) }} is not null
      then {{ lakehouse.ga4_told(before ~ part ~ after) }}
    {%- endfor %}
    when {{ lakehouse.ga4_told(lakehouse.ga4_param('source', 'string')) }} is not null
      then {{ lakehouse.ga4_told(lakehouse.ga4_param(part | replace('_name', ''), 'string')) }}
  end
{%- endmacro %}


{#- Yes, No or Unset; null if the property does not ask for consent. -#}
{% macro ga4_consent() -%}
  get_json_object(privacy_info, '$.analytics_storage')
{%- endmacro %}


{% macro ga4_is_refused() -%}
  coalesce(lower({{ lakehouse.ga4_consent() }}) = 'no', false)
{%- endmacro %}


{#- Events that tell neither a browser nor a user, and those without consent that tell no session. -#}
{% macro ga4_is_anonymous() -%}
  case
    when {{ lakehouse.ga4_is_refused() }}
      then
        {{ lakehouse.filled('user_pseudo_id') }} is null
        or coalesce(instr(event_params, '"ga_session_id"'), 0) = 0
    else {{ lakehouse.filled('user_pseudo_id') }} is null and {{ lakehouse.filled('user_id') }} is null
  end
{%- endmacro %}
