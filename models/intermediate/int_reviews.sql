{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{{ latest_by_month('reviews', key='review_id') }}
