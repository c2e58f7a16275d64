{#- What a shop delivers. `landing_entities` has their sources, but not yet while dbt looks for what a model refers to. -#}
{% macro entities() -%}
  {{ return(['customers', 'products', 'sessions', 'events', 'orders', 'order_items', 'reviews']) }}
{%- endmacro %}
