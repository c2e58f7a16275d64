-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'events') }}
{{ landed_rows('events', 'snowplow') }}
