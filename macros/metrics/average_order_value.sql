{% macro average_order_value(net_revenue, order_count) -%}
  {{ return(adapter.dispatch('average_order_value', 'lakehouse')(net_revenue, order_count)) }}
{%- endmacro %}

{% macro default__average_order_value(net_revenue, order_count) -%}
  cast(round({{ lakehouse.safe_divide(net_revenue, order_count) }}, 2) as decimal(14, 2))
{%- endmacro %}
