{% macro funnel_stages() -%}
  {{ return({
    'page_view': 'view_count',
    'add_to_cart': 'cart_count',
    'checkout': 'checkout_count',
    'purchase': 'order_count',
  }) }}
{%- endmacro %}
