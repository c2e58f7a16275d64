-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'ledger_totals') }}
{{ landed_rows('ledger_totals') }}
