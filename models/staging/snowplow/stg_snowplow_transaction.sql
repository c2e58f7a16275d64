-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'transaction') }}
{{ landed_rows('transaction', 'snowplow') }}
