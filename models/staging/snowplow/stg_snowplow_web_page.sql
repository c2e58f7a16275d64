-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'web_page') }}
{{ landed_rows('web_page', 'snowplow') }}
