{{ config(materialized='view') }}

{{ checked_rows(ref('stg_events'), [
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
], [
    ['event_date', shop_date('event_time')],
    ['_month', shop_month('event_time')],
]) }}
