{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months([ref('session_metrics')]) %}
{{ replace_months(months) }}
with session_metrics as (

    select * from {{ ref('session_metrics') }}
    where {{ in_months(months) }}

),

reached as (
    {%- for stage, count in funnel_stages().items() %}

    select
        session_date as event_date,
        '{{ stage }}' as stage,
        {{ loop.index }} as stage_order,
        sum(cast({{ count }} as decimal(20, 0))) as event_count,
        count_if({{ count }} > 0) as session_count,
        count_if(_ordered_stages >= {{ loop.index }}) as ordered_session_count,
        _month
    from session_metrics
    group by session_date, _month
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

final as (

    select
        event_date,
        stage,
        stage_order,
        cast(event_count as bigint) as event_count,
        session_count,
        ordered_session_count,
        _month,
        {{ version_column() }}
    from reached

)

select * from final
