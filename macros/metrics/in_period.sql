{% macro in_period(day) -%}
  {{ return(adapter.dispatch('in_period', 'lakehouse')(day)) }}
{%- endmacro %}

{% macro default__in_period(day) -%}
  {%- set first_day, last_day = lakehouse.date_var('start_date'), lakehouse.date_var('end_date') -%}
  {%- set limits = [] -%}
  {%- if first_day -%}{%- do limits.append(day ~ ' >= ' ~ first_day) -%}{%- endif -%}
  {%- if last_day -%}{%- do limits.append(day ~ ' <= ' ~ last_day) -%}{%- endif -%}
  {{ limits | join(' and ') or 'true' }}
{%- endmacro %}
