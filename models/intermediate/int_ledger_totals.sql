{{ config(
    incremental_strategy='merge',
    unique_key='month',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST')
) }}

{{ latest_by_key('ledger_totals', key='month') }}
