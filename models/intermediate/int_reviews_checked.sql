{{ config(materialized='view') }}

{{ checked_rows('reviews', [
    ['review_id', 'review_id', 'key'],
    ['order_id', 'order_id', 'id'],
    ['product_id', 'product_id', 'id'],
    ['rating', 'rating', 'rating'],
    ['review_text', 'review_text', 'text'],
    ['reviewed_at', 'review_time', 'time'],
], [
    ['_month', shop_month('reviewed_at')],
]) }}
