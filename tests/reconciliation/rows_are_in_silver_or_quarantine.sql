{#-
  Of an event with several products, or an order with several refunds, one may be here and one there. Sessions made from
  events have no file.
-#}
{%- set with_rows_of_their_own = entities() | reject('equalto', 'events' if is_mapped('events'))
    | reject('equalto', 'refunds' if is_mapped('refunds'))
    | reject('equalto', 'sessions' if sessions_are_made_of_events()) | list %}
with silver as (
    {%- for entity in with_rows_of_their_own %}

    select '{{ entity }}' as entity, _source_file, _row_number, _batch_id from {{ ref('int_' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select silver.*, quarantine.rule
from silver
inner join {{ ref('quarantine') }} as quarantine
    on
        silver.entity = quarantine.entity
        and silver._source_file = quarantine._source_file
        and silver._row_number = quarantine._row_number
        and silver._batch_id = quarantine._batch_id
