{{ config(incremental_strategy='replace_where', partition_by='entity') }}

-- The tables read the quarantine when it is replayed, so it is built after them:
{%- for entity in entities() %}
-- depends_on: {{ ref('int_' ~ entity) }}
{#- what the rows of a mapping are looked up in, too #}
{%- if not execute %}{% do new_rows(entity) %}{% endif %}
{%- endfor %}
-- depends_on: {{ ref('int_refund_lines') }}

{{ quarantined_rows(entities()) }}
