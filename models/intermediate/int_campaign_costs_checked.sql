{{ config(materialized='view') }}

{{ checked_rows('campaign_costs', [
    ['cost_date', 'cost_date', 'date'],
    ['campaign', 'campaign', 'required_label'],
    ['traffic_source', 'source', 'label'],
    ['traffic_medium', 'medium', 'label'],
    ['cost', 'cost', 'required_amount'],
    ['currency', 'currency', 'currency'],
    ['impressions', 'impressions', 'count'],
    ['clicks', 'clicks', 'count'],
], [
    ['cost_id', 'case when broken_rule is null then to_json(struct(cost_date, campaign, traffic_source, traffic_medium)) end'],
]) }}
