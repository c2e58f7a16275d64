with scores as (

    select explode(sequence(1, 5)) as score

),

combinations as (

    select
        recency.score as r_score,
        frequency.score as f_score,
        monetary.score as m_score
    from scores as recency
    cross join scores as frequency
    cross join scores as monetary

)

select combinations.*
from combinations
left anti join {{ ref('rfm_segments') }} as segments
    on
        combinations.r_score between segments.min_r_score and segments.max_r_score
        and combinations.f_score between segments.min_f_score and segments.max_f_score
        and combinations.m_score between segments.min_m_score and segments.max_m_score
