{#- What is not said of the other table is as said of this one. A group that only one of them has counts 0 rows in the
    other; a null key equals no key, so its group fails. -#}
{% test expect_table_row_count_to_equal_other_table(
  model,
  compare_model,
  group_by=none,
  compare_group_by=none,
  factor=1,
  row_condition=none,
  compare_row_condition=none
) %}
{%- set keys = group_by or [] %}
with own as (
  {{- dbt_expectations._row_counts(model, keys, row_condition) }}
),

other as (
  {{- dbt_expectations._row_counts(
    compare_model, compare_group_by or keys, compare_row_condition or row_condition, factor
  ) }}
)

select
  {% for key in keys -%}
  coalesce(own.col_{{ loop.index }}, other.col_{{ loop.index }}) as col_{{ loop.index }},
  {% endfor -%}
  coalesce(own.row_count, 0) as row_count,
  coalesce(other.row_count, 0) as compare_row_count
from own
{% if keys -%}
full outer join other
  on {% for key in keys %}own.col_{{ loop.index }} = other.col_{{ loop.index }}{{ " and " if not loop.last }}{% endfor %}
{%- else -%}
cross join other
{%- endif %}
where coalesce(own.row_count, 0) <> coalesce(other.row_count, 0)
{% endtest %}
