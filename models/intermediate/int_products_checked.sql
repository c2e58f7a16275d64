{{ config(materialized='view') }}

{{ checked_rows('products', [
    ['product_id', 'product_id', 'key'],
    ['product_name', 'name', 'text'],
    ['category', 'category', 'label'],
    ['price_usd', 'price_usd', 'amount'],
    ['cost_usd', 'cost_usd', 'amount'],
    ['margin_usd', 'margin_usd', 'signed_amount'],
]) }}
