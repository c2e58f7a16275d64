-- depends_on: {{ ref('gate') }}
with session_metrics as (

    select * from {{ ref('session_metrics') }}

),

final as (
    {%- for stage, count in funnel_stages().items() %}

    select
        session_date as event_date,
        device,
        source,
        country,
        '{{ stage }}' as stage,
        {{ loop.index }} as stage_order,
        cast(sum(cast({{ count }} as decimal(20, 0))) as bigint) as event_count,
        count_if({{ count }} > 0) as session_count,
        count_if(_ordered_stages >= {{ loop.index }}) as ordered_session_count
    from session_metrics
    group by session_date, device, source, country
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from final
