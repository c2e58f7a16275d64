{#- The whole rows that break a condition. A condition that is null is not broken. -#}
{% macro _failing_rows(model, condition, row_condition, test_condition="= true") %}
select *
from {{ model }}
where
  {% if row_condition -%}
  ({{ row_condition }}) and
  {% endif -%}
  not (({{ condition }}) {{ test_condition }})
{% endmacro %}
