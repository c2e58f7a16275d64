{#-
  Every row of a bronze table is in the silver table, superseded by another delivery of its key, or in quarantine. What is
  superseded is counted from the deliveries themselves: those that are not in quarantine less the keys that they have.
-#}
{% test balanced(model, entity, key) %}
with delivered as (

    select
        checked.{{ key }},
        count(*) as delivery_count
    from {{ ref('int_' ~ entity ~ '_checked') }} as checked
    left anti join {{ ref('quarantine') }} as quarantine
        on
            checked._source_file = quarantine._source_file
            and checked._row_number = quarantine._row_number
            and checked._batch_id = quarantine._batch_id
    where checked.{{ key }} is not null
    group by checked.{{ key }}

),

counted as (

    select
        (select count(_row_number) from {{ ref('stg_' ~ entity) }}) as bronze_count,
        (select count({{ key }}) from {{ model }}) as silver_count,
        (select coalesce(sum(delivery_count - 1), 0) from delivered) as superseded_count,
        (
            select count(_row_number) from {{ ref('quarantine') }}
            where entity = '{{ entity }}' and rule <> 'unparsable_row'
        ) as quarantined_count

)

select *, bronze_count - silver_count - superseded_count - quarantined_count as lost_count
from counted
where bronze_count <> silver_count + superseded_count + quarantined_count
{% endtest %}
