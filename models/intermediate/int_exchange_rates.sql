{{ config(
    incremental_strategy='merge',
    unique_key='rate_id',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST')
) }}

{{ latest_by_key('exchange_rates', key='rate_id') }}
