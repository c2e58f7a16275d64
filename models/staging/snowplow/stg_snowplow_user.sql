-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'user') }}
{{ landed_rows('user', 'snowplow') }}
