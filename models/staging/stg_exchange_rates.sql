-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'exchange_rates') }}
{{ landed_rows('exchange_rates') }}
