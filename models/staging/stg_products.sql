-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'products') }}
{{ landed_rows('products') }}
