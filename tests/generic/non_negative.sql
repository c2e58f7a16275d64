{#- The columns are numbers of 0 or more in every row, and never null. -#}
{% test non_negative(model, columns) %}
select *
from {{ model }}
where
  {%- for column in columns %}
  {{ 'or ' if not loop.first }}{{ column }} is null or {{ column }} < 0
  {%- endfor %}
{% endtest %}
