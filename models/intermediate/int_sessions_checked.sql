{{ config(materialized='view') }}

{{ checked_rows('sessions', [
    ['session_id', 'session_id', 'key'],
    ['customer_id', 'customer_id', 'id'],
    ['started_at', 'start_time', 'time'],
    ['device', 'device', 'category'],
    ['source', 'source', 'category'],
    ['country', 'country', 'code'],
], [
    ['_month', shop_month('started_at')],
]) }}
