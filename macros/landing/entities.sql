{% macro entities() -%}
  {{ return(['customers', 'products', 'sessions', 'events', 'orders', 'order_items', 'reviews']) }}
{%- endmacro %}
