{{ config(materialized='view') }}

{{ checked_rows('orders', [
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
    ['order_status', 'status', 'order_status'],
    ['currency', 'currency', 'currency'],
    ['tax', 'tax', 'amount'],
    ['taxes_included', 'taxes_included', 'boolean'],
    ['shipping', 'shipping', 'amount'],
    ['tips', 'tips', 'amount'],
    ['payment_fee', 'payment_fee', 'amount'],
    ['discount_code', 'discount_code', 'label'],
    ['cancelled_at', 'cancelled_at', 'optional_time'],
], [
    ['order_date', shop_date('order_time')],
    ['_month', shop_month('order_time')],
]) }}
