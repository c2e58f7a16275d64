-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'product') }}
{{ landed_rows('product', 'snowplow') }}
