with buyers as (

    select
        customer_id,
        recency_days,
        order_count as frequency,
        net_revenue as monetary
    from {{ ref('customer_ltv') }}
    where customer_id <> 'UNKNOWN'

),

segments as (

    select * from {{ ref('rfm_segments') }}

),

scored as (

    select
        *,
        {{ quintile('recency_days desc') }} as r_score,
        cast({{ cap('frequency', 5) }} as int) as f_score,
        {{ quintile('monetary asc') }} as m_score
    from buyers

),

-- The first rule that matches a customer's scores.
named as (

    select
        scored.customer_id,
        min_by(segments.segment, segments.rule_number) as segment
    from scored
    inner join segments
        on
            scored.r_score between segments.min_r_score and segments.max_r_score
            and scored.f_score between segments.min_f_score and segments.max_f_score
            and scored.m_score between segments.min_m_score and segments.max_m_score
    group by scored.customer_id

),

final as (

    select
        scored.customer_id,
        scored.recency_days,
        scored.frequency,
        scored.monetary,
        scored.r_score,
        scored.f_score,
        scored.m_score,
        named.segment
    from scored
    left join named on scored.customer_id = named.customer_id

)

select * from final
