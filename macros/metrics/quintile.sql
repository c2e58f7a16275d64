{% macro quintile(order_by) -%}
  {{ return(adapter.dispatch('quintile', 'lakehouse')(order_by)) }}
{%- endmacro %}

{% macro default__quintile(order_by) -%}
  {#- counted in whole numbers, and equal values are counted together: no rounding and no chance decides a score -#}
  cast((5 * count(*) over (order by {{ order_by }}) + count(*) over () - 1) div count(*) over () as int)
{%- endmacro %}
