{#-
  Lost rows of a bronze table: those that are not in the silver table, not in quarantine and not superseded by another
  delivery of their key. Refunds that are refused because of their order count as silver, since their row in silver
  decides that. Most files have as many rows on both sides; only the others are examined. A file with more rows in
  silver and quarantine than were delivered also fails, without a row number.
-#}
{% test rows_reconcile(model, entity, key) %}
{%- if entity == 'sessions' and sessions_are_made_of_events() %}
select 'sessions that are made of events were not delivered' as note where false
{%- else %}
with quarantined as (

    select _source_file, _row_number, _batch_id
    from {{ ref('quarantine') }}
    where entity = '{{ entity }}' and rule not in ('unparsable_row', '{{ refusals() | join("', '") }}')

),

counted as (

    select _source_file, _batch_id, count(*) as row_count
    from {{ delivered_entity(entity) }}
    group by _source_file, _batch_id
    union all
    select _source_file, _batch_id, -count(*) from {{ model }} group by _source_file, _batch_id
    union all
    select _source_file, _batch_id, -count(*) from quarantined group by _source_file, _batch_id

),

differing as (

    select _source_file, _batch_id, sum(row_count) as missing_count
    from counted
    group by _source_file, _batch_id
    having sum(row_count) <> 0

),

missing as (

    select checked._source_file, checked._batch_id, checked._row_number, checked.{{ key }}
    from {{ ref('int_' ~ entity ~ '_checked') }} as checked
    left semi join differing
        on checked._source_file = differing._source_file and checked._batch_id = differing._batch_id
    left anti join {{ model }} as silver
        on
            checked._source_file = silver._source_file
            and checked._row_number = silver._row_number
            and checked._batch_id = silver._batch_id
    left anti join quarantined
        on
            checked._source_file = quarantined._source_file
            and checked._row_number = quarantined._row_number
            and checked._batch_id = quarantined._batch_id

)

select _source_file, _batch_id, _row_number, {{ key }} from missing
left anti join {{ model }} as silver on missing.{{ key }} = silver.{{ key }}
union all
select _source_file, _batch_id, null, null from differing where missing_count < 0
{%- endif %}
{% endtest %}
