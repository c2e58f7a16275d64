-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'client_session') }}
{{ landed_rows('client_session', 'snowplow') }}
