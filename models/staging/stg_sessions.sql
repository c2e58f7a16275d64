-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'sessions') }}
{{ landed_rows('sessions') }}
