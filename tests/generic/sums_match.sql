{#- The given columns have the same sums in the model and in another one. -#}
{% test sums_match(model, compare_model, columns) %}
with own as (

    select
        {%- for column in columns %}
        coalesce(sum({{ column }}), 0) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ model }}

),

other as (

    select
        {%- for column in columns %}
        coalesce(sum({{ column }}), 0) as {{ column }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ compare_model }}

)

select
    {%- for column in columns %}
    own.{{ column }},
    other.{{ column }} as compare_{{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
from own
cross join other
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}own.{{ column }} <> other.{{ column }}
    {%- endfor %}
{% endtest %}
