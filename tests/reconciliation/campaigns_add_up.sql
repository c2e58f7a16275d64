with campaigns as (

    select
        campaign_date as day,
        sum(session_count) as session_count,
        sum(order_count) as order_count,
        sum(net_sales) as net_sales,
        sum(cost) as cost
    from {{ ref('campaign_performance') }}
    group by campaign_date

),

costs as (

    select
        costs.cost_date,
        sum({{ converted('costs.cost', 'coalesce(rates.rate, 1)') }}) as cost
    from {{ ref('int_campaign_costs') }} as costs
    left join {{ ref('int_exchange_rates') }} as rates
        on
            costs.currency = rates.currency
            and costs.cost_date = rates.rate_date
            and costs.currency <> '{{ shop_currency() }}'
    group by costs.cost_date

),

entries as (

    select day, session_count, order_count, net_sales, cost from campaigns
    union all
    select
        sales_date as day,
        -session_count as session_count,
        -order_count as order_count,
        -order_day_net_sales as net_sales,
        cast(null as decimal(18, 2)) as cost
    from {{ ref('daily_sales') }}
    union all
    select
        cost_date as day,
        cast(null as bigint) as session_count,
        cast(null as bigint) as order_count,
        cast(null as decimal(18, 2)) as net_sales,
        -cost as cost
    from costs

)

select
    day,
    sum(session_count) as session_count_difference,
    sum(order_count) as order_count_difference,
    sum(net_sales) as net_sales_difference,
    sum(cost) as cost_difference
from entries
group by day
having sum(session_count) <> 0 or sum(order_count) <> 0 or sum(net_sales) <> 0 or sum(cost) <> 0
