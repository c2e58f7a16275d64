{#- A text as a literal of Spark SQL. -#}
{% macro text_literal(text) -%}
  '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}
