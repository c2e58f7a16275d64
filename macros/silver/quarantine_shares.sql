{#- Of all deliveries and of the last batch, since a bad day is little beside a long history. -#}
{% macro quarantine_shares(condition) -%}
  {{ return(adapter.dispatch('quarantine_shares', 'lakehouse')(condition)) }}
{%- endmacro %}

{% macro default__quarantine_shares(condition) -%}
{%- set entities = ['customers', 'products', 'sessions', 'events', 'orders', 'order_items', 'reviews'] -%}
with files as (

    select entity, batch_id, row_count + rejected_count as row_count from {{ ref('ingested_files') }}

),

last_batch as (

    select max(batch_id) as batch_id from files

),

delivered as (

    select entity, 'all time' as period, sum(row_count) as row_count from files group by entity
    union all
    select files.entity, 'last batch' as period, sum(files.row_count) as row_count
    from files
    inner join last_batch on files.batch_id = last_batch.batch_id
    group by files.entity

),

rejected as (

    select entity, 'all time' as period, count(*) as row_count from {{ ref('quarantine') }} group by entity
    union all
    select quarantine.entity, 'last batch' as period, count(*) as row_count
    from {{ ref('quarantine') }} as quarantine
    inner join last_batch on quarantine._batch_id = last_batch.batch_id
    group by quarantine.entity

),

rules as (

    select entity, rule, count(*) as row_count, min(value) as example
    from {{ ref('quarantine') }}
    group by entity, rule

),

frequent as (

    select entity, max_by(rule, row_count) as rule, max_by(example, row_count) as example from rules group by entity

),

silver as (
    {%- for entity in entities %}

    select '{{ entity }}' as entity, count(*) as row_count from {{ ref('int_' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

shares as (

    select
        delivered.entity,
        delivered.period,
        delivered.row_count as delivered_row_count,
        rejected.row_count as quarantined_row_count,
        {{ percentage('rejected.row_count', 'delivered.row_count') }} as quarantined_pct,
        silver.row_count as silver_row_count,
        frequent.rule as most_frequent_rule,
        {#- what customers deliver is theirs -#}
        case when delivered.entity <> 'customers' then frequent.example end as example_value,
        concat('select * from {{ ref('quarantine') }} where entity = \'', delivered.entity, '\'') as to_see_more
    from delivered
    inner join rejected on delivered.entity = rejected.entity and delivered.period = rejected.period
    inner join silver on delivered.entity = silver.entity
    inner join frequent on delivered.entity = frequent.entity

)

select * from shares
where {{ condition }}
{%- endmacro %}
