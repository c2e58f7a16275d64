-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'cart') }}
{{ landed_rows('cart', 'snowplow') }}
