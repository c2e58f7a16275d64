{#- The columns have a value in every row. -#}
{% test not_null_columns(model, columns) %}
select *
from {{ model }}
where
  {%- for column in columns %}
  {{ 'or ' if not loop.first }}{{ column }} is null
  {%- endfor %}
{% endtest %}
