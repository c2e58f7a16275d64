{{ config(severity='warn') }}

{{ quarantine_shares('quarantined_pct >= ' ~ var('quarantine_warn_pct')) }}
