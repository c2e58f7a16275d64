{{ config(materialized='view') }}

{{ checked_rows('experiment_variants', [
    ['experiment', 'experiment', 'required_label'],
    ['visitor_id', 'visitor_id', 'required_visitor'],
    ['variant', 'variant', 'required_label'],
    ['assigned_at', 'assigned_at', 'time'],
], [
    ['assignment_id', "case when broken_rule is null then concat_ws(':', visitor_id, experiment, variant) end"],
]) }}
