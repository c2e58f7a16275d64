{#- A match of no characters is no match. -#}
{% test expect_column_values_to_match_regex(model, column_name, regex, row_condition=none) %}
{{ dbt_expectations._failing_rows(
  model, "regexp_extract(" ~ column_name ~ ", '" ~ regex ~ "', 0) <> ''", row_condition
) }}
{% endtest %}
