with events as (

    select
        count_if(event_type = 'add_to_cart') as cart_count,
        count_if(event_type = 'page_view') as view_count
    from {{ ref('int_events') }}
    where is_repeat is not true

)

select *
from events
where cart_count > 0 and view_count = 0
