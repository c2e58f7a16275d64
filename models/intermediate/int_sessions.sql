{%- if sessions_are_made_of_events() %}
{{ config(materialized='view') }}

{{ sessions_of_events() }}
{%- else %}
{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{{ latest_by_month('sessions', key='session_id') }}
{%- endif %}
