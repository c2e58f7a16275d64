{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{{ latest_by_month('refunds', key='refund_line_id') }}
