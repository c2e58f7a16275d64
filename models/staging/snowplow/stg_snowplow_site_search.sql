-- depends_on: {{ ref('ingested_files') }}, {{ source('snowplow', 'site_search') }}
{{ landed_rows('site_search', 'snowplow') }}
