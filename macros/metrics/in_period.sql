{#- A condition: the day lies between the variables `start_date` and `end_date`, both inclusive; an empty one is no limit. -#}
{% macro in_period(day) -%}
  {{ return(adapter.dispatch('in_period', 'lakehouse')(day)) }}
{%- endmacro %}

{% macro default__in_period(day) -%}
  {%- set limits = [] -%}
  {%- if var('start_date') -%}{%- do limits.append(day ~ " >= date'" ~ var('start_date') ~ "'") -%}{%- endif -%}
  {%- if var('end_date') -%}{%- do limits.append(day ~ " <= date'" ~ var('end_date') ~ "'") -%}{%- endif -%}
  {{ limits | join(' and ') or 'true' }}
{%- endmacro %}
