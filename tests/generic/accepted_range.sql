{#- The columns are numbers from `min_value` to `max_value` in every row, and never null. -#}
{% test accepted_range(model, columns, min_value, max_value) %}
select *
from {{ model }}
where
  {%- for column in columns %}
  {{ 'or ' if not loop.first }}{{ column }} is null or {{ column }} not between {{ min_value }} and {{ max_value }}
  {%- endfor %}
{% endtest %}
