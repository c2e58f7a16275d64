with loaded as (
    {%- for entity in staged_exports() %}

    select '{{ entity }}' as entity, _source_file, _batch_id, count(_row_number) as row_count
    from {{ ref('stg_' ~ entity) }}
    group by _source_file, _batch_id
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

unparsable as (

    select entity, _source_file, _batch_id, count(_row_number) as row_count
    from {{ ref('stg_unparsable_rows') }}
    group by entity, _source_file, _batch_id

),

quarantined as (

    select entity, _source_file, _batch_id, count(_row_number) as row_count
    from {{ ref('quarantine') }}
    where rule = 'unparsable_row'
    group by entity, _source_file, _batch_id

),

ledger as (

    select entity, path as _source_file, batch_id as _batch_id, row_count, rejected_count
    from {{ ref('ingested_files') }}

),

files as (

    select entity, _source_file, _batch_id from ledger
    union
    select entity, _source_file, _batch_id from loaded
    union
    select entity, _source_file, _batch_id from unparsable
    union
    select entity, _source_file, _batch_id from quarantined

),

compared as (

    select
        files.*,
        ledger.row_count,
        coalesce(loaded.row_count, 0) as loaded_count,
        ledger.rejected_count,
        coalesce(unparsable.row_count, 0) as unparsable_count,
        coalesce(quarantined.row_count, 0) as quarantined_count
    from files
    {%- for counts in ['ledger', 'loaded', 'unparsable', 'quarantined'] %}
    left join {{ counts }}
        on
            files.entity = {{ counts }}.entity
            and files._source_file = {{ counts }}._source_file
            and files._batch_id = {{ counts }}._batch_id
    {%- endfor %}

)

select *
from compared
where
    row_count is distinct from loaded_count
    or rejected_count is distinct from unparsable_count
    or rejected_count is distinct from quarantined_count
