-- depends_on: {{ ref('ingested_files') }}, {{ source('shopify', 'customers') }}
{{ landed_rows('customers', 'shopify') }}
