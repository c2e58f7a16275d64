{#- Of the events one month is enough, the oldest, which is the last to be written again by itself. -#}
with events as (

    select * from {{ ref('int_events') }}

),

times as (

    select concat('order ', order_id) as row_name, order_date as day, order_time as time
    from {{ ref('int_orders') }}
    union all
    select concat('event ', event_id) as row_name, event_date as day, event_time as time
    from events
    where events._month = (select min(oldest._month) from events as oldest)

),

rates as (

    select
        orders.order_id,
        orders.exchange_rate,
        case when orders.currency = '{{ shop_currency() }}' then 1 else rates.rate end as rate
    from {{ ref('int_order_amounts') }} as orders
    left join {{ ref('int_exchange_rates') }} as rates
        on orders.currency = rates.currency and orders.order_date = rates.rate_date

)

select
    row_name,
    'shop_time_zone has changed: dbt build --full-refresh' as what_to_do
from times
where day <> {{ shop_date('time') }}
union all
select
    concat('order ', order_id) as row_name,
    'shop_currency has changed: dbt build --full-refresh' as what_to_do
from rates
where rate is null or exchange_rate <> rate
