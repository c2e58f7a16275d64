{{ config(materialized='view') }}

{%- set of_sources = [
    ['order_id', 'order_id', 'id'],
    ['product_number', 'product_number', 'quantity'],
] %}
{#- What sessions are made of, where they are not delivered. #}
{%- set of_visits = [] %}
{%- for column in visit_columns_of_events() %}
{%- set kind = {'device': 'category', 'source': 'category', 'country': 'code'}.get(column, 'label') %}
{%- do of_visits.append([column, column, kind]) %}
{%- endfor %}
{%- set by_rule = sessions_are_by_rule() %}
{{ checked_rows('events', [
    ['event_id', 'event_id', 'key'],
    ['delivered_session_id' if by_rule else 'session_id', 'session_id', 'id' if by_rule else 'key'],
    ['event_time', 'timestamp', 'time'],
    ['event_type', 'event_type', 'event_type'],
    ['product_id', 'product_id', 'id'],
    ['quantity', 'qty', 'quantity'],
    ['cart_size', 'cart_size', 'quantity'],
    ['payment_method', 'payment', 'category'],
    ['discount_pct', 'discount_pct', 'percent'],
    ['amount_usd', 'amount_usd', 'amount'],
    ['visitor_id', 'visitor_id', 'visitor_of_session' if by_rule else 'visitor'],
    ['customer_id', 'user_id', 'id'],
    ['page_url', 'page_url', 'label'],
    ['referrer', 'referrer', 'label'],
    ['user_agent', 'user_agent', 'label'],
    ['ip', 'ip', 'label'],
    ['consent', 'consent', 'boolean'],
    ['search_term', 'search_term', 'masked_text'],
    ['search_results', 'search_results', 'count'],
] + (of_sources if is_mapped('events') else []) + of_visits, [
    ['event_date', shop_date('event_time')],
    ['_month', shop_month('event_time')],
]) }}
