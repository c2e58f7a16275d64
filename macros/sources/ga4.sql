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


{#- Events of visitors who did not consent have neither a browser nor a session. -#}
{% macro ga4_is_anonymous(relation) -%}
  ({{ lakehouse.filled(relation ~ '.user_pseudo_id') }} is null and {{ lakehouse.filled(relation ~ '.user_id') }} is null)
{%- endmacro %}
