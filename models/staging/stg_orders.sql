-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'orders') }}
{{ landed_rows('orders') }}
