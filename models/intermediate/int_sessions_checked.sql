{{ config(materialized='view') }}

{{ checked_rows('sessions', [
    ['session_id', 'session_id', 'key'],
    ['customer_id', 'customer_id', 'id'],
    ['started_at', 'start_time', 'time'],
    ['device', 'device', 'category'],
    ['source', 'source', 'category'],
    ['country', 'country', 'code'],
    ['visitor_id', 'visitor_id', 'visitor'],
    ['landing_page', 'landing_page', 'label'],
    ['referrer', 'referrer', 'label'],
    ['consent', 'consent', 'boolean'],
], [
    ['_month', shop_month('started_at')],
]) }}
