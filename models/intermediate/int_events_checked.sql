{{ config(materialized='view') }}

{#- The last ones are what sessions are made of, where they have no export. #}
{%- set of_sources = [
    ['order_id', 'order_id', 'id'],
    ['product_number', 'product_number', 'quantity'],
    ['device', 'device', 'category'],
    ['source', 'source', 'category'],
    ['country', 'country', 'code'],
    ['tracked_source', 'tracked_source', 'label'],
    ['tracked_medium', 'tracked_medium', 'label'],
    ['tracked_campaign', 'tracked_campaign', 'label'],
] %}
{{ checked_rows('events', [
    ['event_id', 'event_id', 'key'],
    ['session_id', 'session_id', 'key'],
    ['event_time', 'timestamp', 'time'],
    ['event_type', 'event_type', 'event_type'],
    ['product_id', 'product_id', 'id'],
    ['quantity', 'qty', 'quantity'],
    ['cart_size', 'cart_size', 'quantity'],
    ['payment_method', 'payment', 'category'],
    ['discount_pct', 'discount_pct', 'percent'],
    ['amount_usd', 'amount_usd', 'amount'],
    ['visitor_id', 'visitor_id', 'visitor'],
    ['customer_id', 'user_id', 'id'],
    ['page_url', 'page_url', 'label'],
    ['referrer', 'referrer', 'label'],
    ['user_agent', 'user_agent', 'label'],
    ['ip', 'ip', 'label'],
] + (of_sources if is_mapped('events') else []), [
    ['event_date', shop_date('event_time')],
    ['_month', shop_month('event_time')],
]) }}
