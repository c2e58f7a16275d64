{% test expect_table_row_count_to_be_between(
  model, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false
) %}
{{ dbt_expectations._failing_groups(
  model,
  dbt_expectations._between("count(*)", min_value, max_value, strictly),
  keys=group_by,
  row_condition=row_condition,
  measured="count(*)"
) }}
{% endtest %}
