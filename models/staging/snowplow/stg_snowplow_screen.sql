-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'screen') }}
{{ landed_rows('screen', 'snowplow') }}
