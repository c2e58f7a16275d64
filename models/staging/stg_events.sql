-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'events') }}
{{ landed_rows('events') }}
