{#- The digits of a global identifier: gid://shopify/Order/123. -#}
{% macro shopify_number(gid) -%}
  nullif(regexp_extract({{ gid }}, '([0-9]+)$', 1), '')
{%- endmacro %}


{#- 2026-05-01 23:54:11 -0400, without the blank before the offset. -#}
{% macro shopify_time(column) -%}
  regexp_replace(trim({{ column }}), ' ([+-][0-9]{2}:?[0-9]{2})$', '$1')
{%- endmacro %}


{% macro shopify_money(column) -%}
  get_json_object({{ column }}, '$.shopMoney.amount')
{%- endmacro %}


{#- The SKU is the only id that orders and products have in common; without one it is their name. -#}
{% macro shopify_product_id(sku, name) -%}
  coalesce({{ filled(sku) }}, concat('name-', left(sha2(lower({{ filled(name) }}), 256), 32)))
{%- endmacro %}
