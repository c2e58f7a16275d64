with exported as (

    {{ bronze_rows('snowplow', 'events') }}

),

actions as (

    select
        event_id,
        max(action_type) as action_type
    from {{ ref('snowplow_contexts') }}
    group by event_id

),

mapped as (

    select distinct
        _source_file,
        _row_number,
        _batch_id
    from {{ ref('snowplow_events') }}

),

final as (

    select
        exported.event_name,
        actions.action_type,
        count(*) as row_count
    from exported
    left join actions on exported.event_id = actions.event_id
    left anti join mapped
        on
            exported._source_file = mapped._source_file
            and exported._row_number = mapped._row_number
            and exported._batch_id = mapped._batch_id
    group by exported.event_name, actions.action_type

)

select * from final
