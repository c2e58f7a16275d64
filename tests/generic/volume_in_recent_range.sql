{#-
  Each of the last `checked_days` days has no less than a `factor`th of the least, and no more than `factor` times the
  greatest count of the `days` days before it. A day with fewer days before it is not judged; the last day, which may
  not be over, is not checked for low counts.
-#}
{% test volume_in_recent_range(model, column_name, date_column, days=28, checked_days=7, factor=2) %}
{%- set days_before -%}
over (order by {{ date_column }} rows between {{ days }} preceding and 1 preceding)
{%- endset -%}
with ranged as (

    select
        {{ date_column }},
        {{ column_name }},
        min({{ column_name }}) {{ days_before }} as least_before,
        max({{ column_name }}) {{ days_before }} as greatest_before,
        count({{ column_name }}) {{ days_before }} as days_before,
        row_number() over (order by {{ date_column }} desc) as days_from_last
    from {{ model }}

)

select *
from ranged
where
    days_before = {{ days }}
    and days_from_last <= {{ checked_days }}
    and (
        ({{ column_name }} * {{ factor }} < least_before and days_from_last > 1)
        or {{ column_name }} > greatest_before * {{ factor }}
    )
{% endtest %}
