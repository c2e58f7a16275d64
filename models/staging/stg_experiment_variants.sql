-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'experiment_variants') }}
{{ landed_rows('experiment_variants') }}
