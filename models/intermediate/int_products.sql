{{ config(
    incremental_strategy='merge',
    unique_key='product_id',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST')
) }}

{{ latest_by_key('products', key='product_id') }}
