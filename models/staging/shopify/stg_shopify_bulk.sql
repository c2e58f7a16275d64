-- depends_on: {{ ref('ingested_files') }}, {{ source('shopify', 'bulk') }}
{{ landed_rows('bulk', 'shopify') }}
