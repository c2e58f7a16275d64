{% macro latest_by_key(entity, key) -%}
{%- set checked = ref('int_' ~ entity ~ '_checked') -%}
{%- if not lakehouse.has_new_rows(entity) -%}
{{ lakehouse.no_new_rows(checked) }}
{%- else -%}
{%- set columns = lakehouse.silver_columns(checked) -%}
with deliveries as (

    select {{ columns | join(', ') }}
    from {{ checked }}
    where broken_rule is null and {{ lakehouse.new_rows(entity) }}

),

{%- set keys %}
    select {{ key }} from {{ checked }} where {{ lakehouse.new_rows(entity) }}
{%- endset %}

{{ lakehouse.latest_delivery('deliveries', columns, key, keys) }},

final as (

    select
        {%- for column in columns %}
        latest.{{ column }},
        {%- endfor %}
        {%- if is_incremental() %}
        case
            when existing.{{ key }} is not null
                {%- for column in columns if not column.startswith('_') %}
                and latest.{{ column }} is not distinct from existing.{{ column }}
                {%- endfor %}
                then existing._version
            else cast({{ next_version() }} as bigint)
        end as _version
        {%- else %}
        {{ version_column() }}
        {%- endif %}
    from latest
    {%- if is_incremental() %}
    left join (
        select {{ lakehouse.existing_columns(columns) | join(', ') }}, _version from {{ this }}
    ) as existing on latest.{{ key }} = existing.{{ key }}
    {%- endif %}

)

select * from final
{%- endif -%}
{%- endmacro %}


{% macro latest_by_month(entity, key) -%}
{%- set checked = ref('int_' ~ entity ~ '_checked') -%}
{%- set reconsidered = lakehouse.sessions_with_other_consent(entity) -%}
{%- if not lakehouse.has_new_rows(entity) and not reconsidered -%}
{{ lakehouse.replace_months([]) }}
{{ lakehouse.no_new_rows(checked) }}
{%- else -%}
{%- set columns = lakehouse.silver_columns(checked) -%}
{%- set new_rows = lakehouse.new_rows(entity) -%}
{%- if reconsidered -%}{%- set new_rows = '(' ~ new_rows ~ ' or session_id in (' ~ reconsidered ~ '))' -%}{%- endif -%}
{%- set by_rule = entity == 'events' and lakehouse.sessions_are_by_rule() -%}
{%- set months = none -%}
{%- if is_incremental() -%}
  {%- set query -%}
    select _month from {{ checked }} where broken_rule is null and {{ new_rows }}
    union
    select _month from {{ this }}
    {%- if not lakehouse.checks_again(entity) and not lakehouse.compares_again(entity) %}
    where {{ key }} in (select {{ key }} from {{ checked }} where {{ new_rows }})
    {%- endif %}
  {%- endset -%}
  {%- set months = lakehouse.get_column_values(query) -%}
  {%- if by_rule -%}{%- set months = lakehouse.with_following_months(months) -%}{%- endif -%}
{%- endif -%}
{{ lakehouse.replace_months(months) }}
with deliveries as (

    select {{ columns | join(', ') }}
    from {{ checked }}
    where broken_rule is null and {{ new_rows }}
    {%- if is_incremental() and not lakehouse.checks_again(entity) %}
    union all
    select {{ lakehouse.existing_columns(columns) | join(', ') }}
    from {{ this }}
    where {{ lakehouse.in_months(months) }}
    {%- if lakehouse.rejoined_keys(entity) or reconsidered %}
        and {{ lakehouse.delivered_row() }} not in (
            select {{ lakehouse.delivered_row() }} from {{ checked }} where {{ new_rows }}
        )
    {%- endif %}
    {%- endif %}

),

{%- set keys %}
    select {{ key }} from {{ checked }} where {{ new_rows }}
    {%- if is_incremental() and not lakehouse.checks_again(entity) %}
    union all
    select {{ key }} from {{ this }} where {{ lakehouse.in_months(months) }}
    {%- endif %}
{%- endset %}

{{ lakehouse.latest_delivery('deliveries', columns, key, keys) }},

{{ lakehouse.drop_identifiers(entity, columns) }},
{%- if 'consent' in columns and lakehouse.sessions_may_refuse(entity) %}
{%- set columns = columns + ['_session_refuses'] %}
{%- endif %}
{%- if entity == 'events' %}

{{ lakehouse.mark_repeats('consented', columns) }},
{%- set columns = columns + ['is_repeat'] %}
{%- endif %}
{%- if by_rule %}

{{ lakehouse.cut_into_sessions('compared', columns, months) }},
{%- endif %}

final as (

    select
        {{ columns | join(',\n        ') }},
        {%- if by_rule %}
        session_id,
        {%- endif %}
        {{ version_column() }}
    {%- if by_rule %}
    from in_sessions
    where _is_of_months
    {%- else %}
    from {{ 'compared' if entity == 'events' else 'consented' }}
    {%- endif %}

)

select * from final
{%- endif -%}
{%- endmacro %}


{#-
  After a change of the code, with the columns that the table may not have yet, which its readers ask for. A query that
  ends with `where false` writes nothing on Databricks.
-#}
{% macro no_new_rows(checked) -%}
{%- if lakehouse.has_other_code() -%}
select {{ lakehouse.silver_columns(checked) | join(', ') }}, cast(0 as bigint) as _version from {{ checked }} limit 0
{%- else -%}
select * from {{ this }} where false
{%- endif -%}
{%- endmacro %}


{#- Nearly all keys are delivered once, so only the others are sorted. -#}
{% macro latest_delivery(relation, columns, key, keys) -%}
{%- set repeated -%}
select {{ key }} from ({{ keys }}) as all_keys where {{ key }} is not null group by {{ key }} having count(*) > 1
{%- endset -%}
{%- if execute and not lakehouse.get_column_values(repeated ~ ' limit 1') -%}
latest as (

    select * from {{ relation }}

)
{%- else -%}
repeated as (

    {{ repeated }}

),

ranked as (

    select
        {{ relation }}.*,
        row_number() over (
            partition by {{ relation }}.{{ key }}
            order by
                {{ relation }}._ingested_at desc,
                {{ relation }}._source_file desc,
                {{ relation }}._row_number desc
        ) as delivery
    from {{ relation }}
    left semi join repeated on {{ relation }}.{{ key }} = repeated.{{ key }}

),

latest as (

    select {{ columns | join(', ') }} from {{ relation }}
    left anti join repeated on {{ relation }}.{{ key }} = repeated.{{ key }}
    union all
    select {{ columns | join(', ') }} from ranked where delivery = 1

)
{%- endif -%}
{%- endmacro %}


{% macro delivered_later(first, second, or_together=false) -%}
  (
    {{ first }}._ingested_at > {{ second }}._ingested_at
    or ({{ first }}._ingested_at = {{ second }}._ingested_at and {{ first }}._source_file > {{ second }}._source_file)
    or (
      {{ first }}._ingested_at = {{ second }}._ingested_at
      and {{ first }}._source_file = {{ second }}._source_file
      {%- if not or_together %}
      and {{ first }}._row_number > {{ second }}._row_number
      {%- endif %}
    )
  )
{%- endmacro %}


{% macro has_new_rows(entity) -%}
  {%- set tables = lakehouse.bronze_tables(entity).values() | list + lakehouse.joined_tables(entity).values() | list -%}
  {%- set all_again = lakehouse.checks_again(entity) or lakehouse.compares_again(entity) -%}
  {{ return(all_again or var('replay_quarantine') or not lakehouse.is_unchanged(tables)) }}
{%- endmacro %}


{#-
  Whether all rows of an entity are checked again, whenever they came: with other stages of the funnel, other event types
  are known.
-#}
{% macro checks_again(entity) -%}
  {%- if entity != 'events' -%}{{ return(false) }}{%- endif -%}
  {%- set stages = ref('funnel_stages') -%}
  {{ return(is_incremental() and not lakehouse.is_unchanged([stages])) }}
{%- endmacro %}


{% macro new_rows(entity) -%}
  {#- also while dbt parses, since this determines what a model reads -#}
  {%- set tables = lakehouse.bronze_tables(entity) -%}
  {%- set rejoined = lakehouse.rejoined_keys(entity) -%}
  {#- not by ref(): the quarantine is built after the tables, and its last state is needed here #}
  {%- set quarantine = load_relation(this.incorporate(path={'identifier': 'quarantine'})) if var('replay_quarantine') -%}
  {%- set delivery = lakehouse.delivered_file() if entity == 'order_items' else lakehouse.delivered_row() -%}
  {%- if not is_incremental() or lakehouse.checks_again(entity) -%}
  true
  {%- else -%}
  (
    {{ lakehouse.added_since(tables, lakehouse.is_mapped(entity)) }}
    {%- if rejoined %}
    or _joined_key in ({{ rejoined }})
    {%- endif %}
    {%- if quarantine %}
    or {{ delivery }} in (select {{ delivery }} from {{ quarantine }} where entity = '{{ entity }}')
    {%- endif %}
  )
  {%- endif -%}
{%- endmacro %}


{% macro silver_columns(checked) -%}
  {%- if not execute -%}{{ return(['_month']) }}{%- endif -%}
  {%- set about_the_check = ['broken_rule', 'broken_column', 'broken_value', 'raw_row', '_export', '_joined_key', '_version'] -%}
  {{ return(
    adapter.get_columns_in_relation(checked) | map(attribute='name') | reject('in', about_the_check) | list
  ) }}
{%- endmacro %}


{% macro existing_columns(columns) -%}
  {%- set existing = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
  {%- set expressions = [] -%}
  {%- for column in columns -%}
    {%- do expressions.append(column if column in existing else 'null as ' ~ column) -%}
  {%- endfor -%}
  {{ return(expressions) }}
{%- endmacro %}
