-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'refunds') }}
{{ landed_rows('refunds') }}
