{#- An expression without a function call has no aggregate, so the whole rows that break it can be returned. -#}
{% test expression_is_true(
  model, expression, test_condition="= true", group_by_columns=none, row_condition=none
) %}
{%- set call = "\\b(?!(and|or|not|in|is|then|else|when|case|between|like|rlike)\\b)\\w+`?\\s*\\(" %}
{%- if group_by_columns or modules.re.search(call, expression | string, modules.re.IGNORECASE) %}
{{ dbt_expectations._failing_groups(
  model, expression, keys=group_by_columns, row_condition=row_condition, test_condition=test_condition
) }}
{%- else %}
{{ dbt_expectations._failing_rows(model, expression, row_condition, test_condition) }}
{%- endif %}
{% endtest %}
