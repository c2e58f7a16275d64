-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'order_items') }}
{{ landed_rows('order_items') }}
