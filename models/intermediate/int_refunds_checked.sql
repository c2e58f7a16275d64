{{ config(materialized='view') }}

{#- A line is known by its number among those of its refund and product: see int_order_items. -#}
{{ checked_rows('refunds', [
    ['refund_id', 'refund_id', 'key'],
    ['order_id', 'order_id', 'key'],
    ['refund_time', 'refund_time', 'time'],
    ['product_id', 'product_id', 'id'],
    ['quantity', 'quantity', 'quantity'],
    ['amount', 'amount', 'required_amount'],
    ['tax', 'tax', 'amount'],
    ['shipping', 'shipping', 'amount'],
    ['currency', 'currency', 'currency'],
    ['reason', 'reason', 'label'],
    ['is_restocked', 'restocked', 'boolean'],
], [
    [
        'refund_line_id',
        "case when refund_id is not null then concat_ws(':', refund_id, coalesce(product_id, ''), row_number() over ("
        ~ "partition by _version, _batch_id, _source_file, refund_id, product_id order by _row_number)) end"
    ],
    ['refund_date', shop_date('refund_time')],
    ['_month', shop_month('refund_time')],
]) }}
