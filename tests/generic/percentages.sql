{#- The columns are numbers from 0 to 100 in every row, and never null. -#}
{% test percentages(model, columns) %}
select *
from {{ model }}
where
  {%- for column in columns %}
  {{ 'or ' if not loop.first }}{{ column }} is null or {{ column }} not between 0 and 100
  {%- endfor %}
{% endtest %}
