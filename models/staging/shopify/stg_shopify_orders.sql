-- depends_on: {{ ref('ingested_files') }}, {{ source('shopify', 'orders') }}
{{ landed_rows('orders', 'shopify') }}
