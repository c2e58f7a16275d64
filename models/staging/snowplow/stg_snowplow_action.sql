-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'action') }}
{{ landed_rows('action', 'snowplow') }}
