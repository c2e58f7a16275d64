-- depends_on: {{ ref('ingested_files') }}, {{ source('shopify', 'products') }}
{{ landed_rows('products', 'shopify') }}
