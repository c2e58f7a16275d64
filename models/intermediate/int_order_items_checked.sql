{{ config(materialized='view') }}

{{ checked_rows('order_items', [
    ['order_id', 'order_id', 'key'],
    ['product_id', 'product_id', 'key'],
    ['unit_price_usd', 'unit_price_usd', 'required_amount'],
    ['quantity', 'quantity', 'required_quantity'],
    ['line_total_usd', 'line_total_usd', 'required_amount'],
], [
    [
        'order_item_id',
        "case when broken_rule is null then concat_ws(':', order_id, product_id, unit_price_usd, quantity, "
        ~ "row_number() over (partition by _version, _batch_id, _source_file, broken_rule, order_id, product_id, "
        ~ "unit_price_usd, quantity order by _row_number)) end"
    ],
]) }}
