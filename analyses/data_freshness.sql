-- Is the data fresh? The newest event and order, and when the last file was loaded.
with final as (

    select 'newest event' as what, max(event_time) as at_utc from {{ ref('int_events') }}
    union all
    select 'newest order' as what, max(order_time) as at_utc from {{ ref('int_orders') }}
    union all
    select 'last file loaded' as what, max(ingested_at) as at_utc from {{ ref('ingested_files') }}

)

select
    what,
    date_format(at_utc, 'yyyy-MM-dd HH:mm:ss') as at_utc
from final
order by what
