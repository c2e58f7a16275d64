{% macro months_between(first_date, last_date) -%}
  {{ return(adapter.dispatch('months_between', 'lakehouse')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__months_between(first_date, last_date) -%}
  cast(
    12 * (year({{ last_date }}) - year({{ first_date }})) + month({{ last_date }}) - month({{ first_date }}) as int
  )
{%- endmacro %}
