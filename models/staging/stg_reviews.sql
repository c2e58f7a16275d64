-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'reviews') }}
{{ landed_rows('reviews') }}
