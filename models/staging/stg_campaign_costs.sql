-- depends_on: {{ ref('ingested_files') }}, {{ source('landing', 'campaign_costs') }}
{{ landed_rows('campaign_costs') }}
