{% test expect_column_sum_to_be_between(
  model, column_name, min_value=none, max_value=none, group_by=none, row_condition=none, strictly=false
) %}
{%- set total = "sum(" ~ column_name ~ ")" %}
{{ dbt_expectations._failing_groups(
  model,
  dbt_expectations._between(total, min_value, max_value, strictly),
  keys=group_by,
  row_condition=row_condition,
  measured=total
) }}
{% endtest %}
