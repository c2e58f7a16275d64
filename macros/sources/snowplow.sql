{#- 2026-05-01 23:54:11.183000 UTC, with Z instead of the zone's name. -#}
{% macro snowplow_time(value) -%}
  regexp_replace({{ value }}, ' UTC$', 'Z')
{%- endmacro %}


{#- By the platform of the tracker, or the user agent of the browser. -#}
{% macro snowplow_device() -%}
  case
    when platform = 'mob' then 'mobile'
    when useragent rlike 'iPad|Tablet' then 'tablet'
    when useragent rlike 'Mobi|Android|iPhone' then 'mobile'
    when {{ lakehouse.filled('useragent') }} is not null then 'desktop'
  end
{%- endmacro %}
