{#- dbt-spark's indexes an array with an expression, which Sail does not take. -#}
{% macro spark_connect__split_part(string_text, delimiter_text, part_number) %}
  split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }})
{% endmacro %}
