{{ config(materialized='view') }}

{#- Of the parts of the key, only the last one may have a colon. #}
{%- set experiment = "replace(replace(experiment, '%', '%25'), ':', '%3A')" %}
{{ checked_rows('experiment_variants', [
    ['experiment', 'experiment', 'required_label'],
    ['visitor_id', 'visitor_id', 'required_visitor'],
    ['variant', 'variant', 'required_label'],
    ['assigned_at', 'assigned_at', 'time'],
], [
    ['assignment_id', "case when broken_rule is null then concat_ws(':', visitor_id, " ~ experiment ~ ', variant) end'],
]) }}
