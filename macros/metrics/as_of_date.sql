{% macro as_of_date() -%}
  {{ return(adapter.dispatch('as_of_date', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__as_of_date() -%}
  {%- set stated = lakehouse.date_var('as_of_date') -%}
  {%- if stated -%}
  select {{ stated }} as as_of_date
  {%- else -%}
  select max(day) as as_of_date
  from (
    select to_date(max(event_time)) as day from {{ ref('int_events') }}
    union all
    select max(order_date) as day from {{ ref('int_orders') }}
  ) as days
  {%- endif -%}
{%- endmacro %}
