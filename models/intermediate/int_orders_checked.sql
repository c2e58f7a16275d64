{{ config(materialized='view') }}

{{ checked_rows(ref('stg_orders'), [
    ['order_id', 'order_id', 'key'],
    ['customer_id', 'customer_id', 'id'],
    ['order_time', 'order_time', 'time'],
    ['payment_method', 'payment_method', 'category'],
    ['discount_pct', 'discount_pct', 'percent'],
    ['subtotal_usd', 'subtotal_usd', 'required_amount'],
    ['total_usd', 'total_usd', 'required_amount'],
    ['country', 'country', 'code'],
    ['device', 'device', 'category'],
    ['source', 'source', 'category'],
], [
    ['order_date', "to_date(order_time)"],
    ['_month', "date_format(order_time, 'yyyy-MM')"],
]) }}
