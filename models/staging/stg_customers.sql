-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'customers') }}
{{ landed_rows('customers') }}
