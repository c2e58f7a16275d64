{% macro quarantined_rows(entities) -%}
{%- set columns -%}
entity, rule, column_name, value, raw_row, _source_file, _row_number, _batch_id, _ingested_at
{%- endset -%}
{#-
  A looked-up row may have arrived since and moved a row into silver: all rows of such an entity are checked again.
-#}
{%- set rejoined = [] -%}
{%- for entity in entities if lakehouse.rejoined_keys(entity) or lakehouse.checks_again(entity) -%}
  {%- do rejoined.append(entity) -%}
{%- endfor -%}
{%- set is_added_to = is_incremental() and not var('replay_quarantine') -%}
{%- set broken, touched = lakehouse.broken_rows(entities, rejoined), entities -%}
{%- if is_added_to -%}
  {%- set touched = lakehouse.get_column_values('select distinct entity from (' ~ broken ~ ') as broken') -%}
  {%- if 'refunds' not in touched and not lakehouse.is_unchanged([ref('int_refund_lines')]) -%}
    {%- set touched = touched + ['refunds'] -%}
  {%- endif -%}
  {%- set touched = (touched + rejoined) | unique | list -%}
  {%- set broken = lakehouse.broken_rows(entities | select('in', touched) | list, rejoined) -%}
{%- endif -%}
{{ replace_where(lakehouse.in_months(touched, 'entity') if touched else none) if is_incremental() }}
with broken as (
    {{ broken }}

),
{%- if is_added_to %}

judged as (

    select concat_ws('|', entity, {{ lakehouse.delivered_row() }}) as delivery from broken

),

kept as (

    select {{ columns }}
    from {{ this }}
    where
        {{ lakehouse.in_months(touched, 'entity') }}
        and rule not in ('{{ lakehouse.refusals() | join("', '") }}')
        {%- if rejoined %}
        and (entity not in ('{{ rejoined | join("', '") }}') or rule = 'unparsable_row')
        {%- endif %}
        and concat_ws('|', entity, {{ lakehouse.delivered_row() }}) not in (select delivery from judged)

),
{%- endif %}

final as (

    select {{ columns }}, {{ version_column() }}
    from broken
    {%- if is_added_to %}
    union all
    select {{ columns }}, {{ version_column() }}
    from kept
    {%- endif %}

)

select * from final
{%- endmacro %}


{#- The broken rows of these entities, and all unparsable ones: in an incremental run, of what was added. -#}
{% macro broken_rows(entities, rejoined) -%}
{%- set is_added_to = is_incremental() and not var('replay_quarantine') -%}
    {%- for entity in entities if lakehouse.has_new_rows(entity) %}
    select
        '{{ entity }}' as entity,
        broken_rule as rule,
        broken_column as column_name,
        {#-
          if a mapping reads JSON, Sail treats it as another string type than the table's, and does not write it
        #}
        cast(broken_value as string) as value,
        raw_row, _source_file, _row_number, _batch_id, _ingested_at
    from {{ ref('int_' ~ entity ~ '_checked') }}
    where broken_rule is not null
    {%- if is_added_to and entity not in rejoined %} and ({{ lakehouse.added_since(lakehouse.bronze_tables(entity), lakehouse.is_mapped(entity)) }}){% endif %}
    union all
    {%- endfor %}
    {%- if 'refunds' in entities %}
    {{ lakehouse.refused_refunds() }}
    union all
    {%- endif %}
    select
        entity, 'unparsable_row' as rule, cast(null as string) as column_name, problem as value,
        raw_row, _source_file, _row_number, _batch_id, _ingested_at
    from {{ ref('stg_unparsable_rows') }}
    {%- if is_added_to %}
    where _version > {{ last_built_version(ref('stg_unparsable_rows')) }}
    {%- endif %}
{%- endmacro %}


{#- The rules for refunds that depend on the order. Which refunds they refuse can change without a new delivery. -#}
{% macro refusals() -%}
  {{ return(['refund_currency_differs', 'refund_exceeds_order']) }}
{%- endmacro %}


{% macro refused_refunds() -%}
{%- set relation, mapped, delivered = lakehouse.delivered_entity('refunds'), lakehouse.is_mapped('refunds'), [] -%}
{%- set is_about_currency = "refunds.refused_by = 'refund_currency_differs'" -%}
{%- for column in (adapter.get_columns_in_relation(relation) if execute else []) if not column.name.startswith('_') -%}
  {%- do delivered.append('staged.' ~ adapter.quote(column.name)) -%}
{%- endfor -%}
    select
        'refunds' as entity,
        refunds.refused_by as rule,
        case when {{ is_about_currency }} then 'currency' else 'amount' end as column_name,
        {%- if mapped %}
        case when {{ is_about_currency }} then refunds.currency else cast(refunds.amount as string) end as value,
        {{ lakehouse.without_audit_columns('staged._delivered') }} as raw_row,
        {%- else %}
        case when {{ is_about_currency }} then staged.currency else staged.amount end as value,
        to_json(struct({{ delivered | join(', ') }})) as raw_row,
        {%- endif %}
        refunds._source_file, refunds._row_number, refunds._batch_id, refunds._ingested_at
    from {{ ref('int_refund_lines') }} as refunds
    inner join {{ '(select distinct _delivered, _source_file, _row_number, _batch_id from ' ~ relation ~ ')' if mapped else relation }} as staged
        on
            refunds._source_file = staged._source_file
            and refunds._row_number = staged._row_number
            and refunds._batch_id = staged._batch_id
    where refunds.refused_by is not null
{%- endmacro %}


{% macro delivered_row() -%}
  concat_ws('|', _batch_id, _row_number, _source_file)
{%- endmacro %}


{% macro delivered_file() -%}
  concat_ws('|', _batch_id, _source_file)
{%- endmacro %}


{#- For all deliveries and for the last batch, since one bad day is small compared with a long history. -#}
{% macro quarantine_shares(condition) -%}
with files as (

    select entity, batch_id, row_count + rejected_count as row_count from {{ ref('ingested_files') }}
    {%- for entity in lakehouse.entities() if lakehouse.is_mapped(entity) %}
    union all
    select '{{ entity }}' as entity, _batch_id as batch_id, count(*) as row_count
    from {{ lakehouse.delivered_entity(entity) }}
    group by _batch_id
    {%- endfor %}

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

quarantined as (

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
    {%- for entity in lakehouse.entities() %}

    select '{{ entity }}' as entity, count(*) as row_count from {{ ref('int_' ~ entity) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

shares as (

    select
        delivered.entity,
        delivered.period,
        delivered.row_count as delivered_row_count,
        quarantined.row_count as quarantined_row_count,
        {{ percentage('quarantined.row_count', 'delivered.row_count') }} as quarantined_pct,
        silver.row_count as silver_row_count,
        frequent.rule as most_frequent_rule,
        {#- values of customers are personal -#}
        case when delivered.entity <> 'customers' then frequent.example end as example_value,
        concat('select * from {{ ref('quarantine') }} where entity = \'', delivered.entity, '\'') as to_see_more
    from delivered
    inner join quarantined on delivered.entity = quarantined.entity and delivered.period = quarantined.period
    inner join silver on delivered.entity = silver.entity
    inner join frequent on delivered.entity = frequent.entity

)

select * from shares
where {{ condition }}
{%- endmacro %}


{#- At the end of a run whose tests found too many rows in quarantine: what is broken, and how to see the rows. -#}
{% macro name_quarantine_shares(results) -%}
  {%- set found = [] -%}
  {%- for result in (results if execute else []) if result.status in ['fail', 'warn'] -%}
    {%- if result.node.name in ['most_rows_are_in_silver', 'few_rows_are_in_quarantine'] -%}
      {%- for row in run_query(result.node.compiled_code).rows -%}
        {%- set share = row.entity ~ ': ' ~ '{:,}'.format(row.quarantined_row_count | int) ~ ' of '
          ~ '{:,}'.format(row.delivered_row_count | int) ~ ' rows (' ~ row.quarantined_pct ~ ' %), ' ~ row.period
          ~ (', and none is in silver' if row.silver_row_count == 0 else '') ~ '. Most frequent: ' ~ row.most_frequent_rule
          ~ (", such as '" ~ row.example_value ~ "'" if row.example_value is not none else '') ~ '.'
          ~ '\n    dbt show --limit 20 --inline "' ~ row.to_see_more ~ '"' -%}
        {%- do found.append(share) if share not in found -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if found -%}
    {%- do exceptions.warn('Rows went to the quarantine:\n  ' ~ found | join('\n  ')) -%}
  {%- endif -%}
{%- endmacro %}
