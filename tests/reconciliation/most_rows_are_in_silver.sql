{{ quarantine_shares(
    '(quarantined_pct >= ' ~ var('quarantine_error_pct') ~ ' and quarantined_row_count >= ' ~ var('quarantine_error_rows')
    ~ ') or silver_row_count = 0'
) }}
