with silver as (
    {#- of an event with several products one may be here and one there #}
    {%- for entity in entities() if not (entity == 'events' and is_mapped(entity)) and not (entity == 'sessions' and sessions_are_made_of_events()) %}

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
