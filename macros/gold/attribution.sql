{#-
  How much of an order each of its touches gets, by the name of the attribution model: a weight, of which its share is
  the part of the sum of all. docs/channels.md has the formulas.
-#}
{% macro attribution_models() -%}
  {%- set first, last = var('attribution_first_pct'), var('attribution_last_pct') -%}
  {%- set half_life = var('attribution_half_life_days') -%}
  {%- if first < 0 or last <= 0 or first + last > 100 or half_life <= 0 -%}
    {%- do exceptions.raise_compiler_error(
      'attribution_first_pct (from 0) and attribution_last_pct (above 0) must add up to at most 100, and '
      ~ 'attribution_half_life_days must be above 0. They are ' ~ first ~ ', ' ~ last ~ ' and ' ~ half_life ~ '.'
    ) -%}
  {%- endif -%}
  {#- whole numbers, so that their sums do not depend on the order of the rows -#}
  {%- set position -%}
    case
      when touch_count <= 2 then case when touch_number = 1 then {{ first }} else {{ last }} end
      when touch_number = 1 then {{ first }} * (touch_count - 2)
      when touch_number = touch_count then {{ last }} * (touch_count - 2)
      else {{ 100 - first - last }}
    end
  {%- endset -%}
  {%- set age = '(unix_timestamp(last_start_at) - unix_timestamp(session_start_at))' -%}
  {{ return({
    'first_touch': 'case when touch_number = 1 then 1 else 0 end',
    'last_touch': 'case when touch_number = touch_count then 1 else 0 end',
    'linear': '1',
    'last_non_direct': 'case when non_direct_number = 1 then 1 else 0 end',
    'position_based': position,
    'time_decay': 'cast(round(1000000 * power(2.0D, -' ~ age ~ ' / (86400.0D * ' ~ half_life ~ '))) as bigint)',
  }) }}
{%- endmacro %}
