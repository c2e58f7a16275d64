with exported as (

    {{ bronze_rows('ga4', 'events') }}

),

mapped as (

    select distinct
        _source_file,
        _row_number,
        _batch_id
    from {{ ref('ga4_events') }}

),

final as (

    select
        exported.event_name,
        {{ ga4_is_anonymous() }} as is_without_consent,
        count(*) as row_count
    from exported
    left anti join mapped
        on
            exported._source_file = mapped._source_file
            and exported._row_number = mapped._row_number
            and exported._batch_id = mapped._batch_id
    group by exported.event_name, {{ ga4_is_anonymous() }}

)

select * from final
