{{ config(
    incremental_strategy='merge',
    unique_key='cost_id',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST')
) }}

{{ latest_by_key('campaign_costs', key='cost_id') }}
