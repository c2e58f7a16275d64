-- depends_on: {{ ref('ingested_files') }}
{{ unparsable_rows() }}
