with silver as (
    {%- for entity in entities() %}

    select '{{ entity }}' as entity, _source_file, _row_number, _batch_id from {{ ref('int_' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select silver.*, quarantine.rule
from silver
inner join {{ ref('quarantine') }} as quarantine
    on
        silver._source_file = quarantine._source_file
        and silver._row_number = quarantine._row_number
        and silver._batch_id = quarantine._batch_id
