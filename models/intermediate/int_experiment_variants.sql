{{ config(
    incremental_strategy='merge',
    unique_key='assignment_id',
    matched_condition=delivered_later('DBT_INTERNAL_SOURCE', 'DBT_INTERNAL_DEST')
) }}

{{ latest_by_key('experiment_variants', key='assignment_id') }}
