{{ config(
    incremental_strategy='merge',
    unique_key='customer_id',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST')
) }}

{{ latest_by_key('customers', key='customer_id') }}
