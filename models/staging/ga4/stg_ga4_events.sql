-- depends_on: {{ ref('ingested_files') }}, {{ source('ga4', 'events') }}
{{ landed_rows('events', 'ga4') }}
