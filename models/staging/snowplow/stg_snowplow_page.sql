-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'page') }}
{{ landed_rows('page', 'snowplow') }}
