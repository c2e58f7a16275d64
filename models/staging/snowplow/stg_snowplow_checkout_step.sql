-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'checkout_step') }}
{{ landed_rows('checkout_step', 'snowplow') }}
