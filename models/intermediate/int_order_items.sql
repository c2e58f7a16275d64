{#- Lines of one delivery never compete: each has a number, which changes when one before it leaves the quarantine. -#}
{{ config(
    incremental_strategy='merge',
    unique_key='order_item_id',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST', or_together=true)
) }}

{{ latest_by_key('order_items', key='order_item_id') }}
