{%- do require_rates(ref('int_campaign_costs'), 'cost_date', 'true', 'campaign costs') %}
{%- set grain = ['campaign_date', 'traffic_source', 'traffic_medium', 'campaign'] %}
{%- set figures = {
    'session_count': 'bigint', 'order_count': 'bigint', 'net_sales': 'decimal(18, 2)', 'cost': 'decimal(18, 2)',
    'impressions': 'bigint', 'clicks': 'bigint'
} %}
{%- set unsaid = ['impressions', 'clicks'] %}
{%- set figures_of = {
    'sessions': ['session_count'], 'orders': ['order_count', 'net_sales'], 'campaign_costs': ['cost', 'impressions', 'clicks']
} %}
with sessions as (

    select session_date as campaign_date, traffic_source, traffic_medium, campaign, count(*) as session_count
    from {{ ref('session_metrics') }}
    group by session_date, traffic_source, traffic_medium, campaign

),

orders as (

    select
        order_date as campaign_date,
        traffic_source,
        traffic_medium,
        campaign,
        count(*) as order_count,
        sum(last_non_direct_revenue) as net_sales
    from {{ ref('channel_attribution') }}
    where last_non_direct = 1
    group by order_date, traffic_source, traffic_medium, campaign

),

costs as (

    select
        costs.*,
        {{ converted('costs.cost', 'coalesce(rates.rate, 1)') }} as shop_cost
    from {{ ref('int_campaign_costs') }} as costs
    left join {{ ref('int_exchange_rates') }} as rates
        on
            costs.currency = rates.currency
            and costs.cost_date = rates.rate_date
            and costs.currency <> '{{ shop_currency() }}'

),

visited_campaigns as (

    select traffic_source, traffic_medium, campaign, sum(session_count) as session_count
    from sessions
    where campaign <> '(not set)'
    group by traffic_source, traffic_medium, campaign

),

-- Costs may leave out the source or the medium: they are those of most of the campaign's visits.
numbered_costs as (

    select
        costs.cost_date as campaign_date,
        coalesce(costs.traffic_source, visited.traffic_source, '(not set)') as traffic_source,
        coalesce(costs.traffic_medium, visited.traffic_medium, '(not set)') as traffic_medium,
        costs.campaign,
        costs.shop_cost as cost,
        costs.impressions,
        costs.clicks,
        row_number() over (
            partition by costs.cost_id
            order by visited.session_count desc, visited.traffic_source asc, visited.traffic_medium asc
        ) as choice
    from costs
    left join visited_campaigns as visited
        on
            costs.campaign = visited.campaign
            and coalesce(costs.traffic_source, visited.traffic_source) = visited.traffic_source
            and coalesce(costs.traffic_medium, visited.traffic_medium) = visited.traffic_medium

),

campaign_costs as (

    select * from numbered_costs
    where choice = 1

),

entries as (
    {%- for relation, known in figures_of.items() %}

    select
        {{ grain | join(', ') }},
        {%- for figure, type in figures.items() %}
        {{ 'cast(' ~ (figure if figure in known else 'null') ~ ' as ' ~ type ~ ')' }} as {{ figure }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ relation }}
    {{- '\n    union all' if not loop.last }}
    {%- endfor %}

),

summed as (

    select
        {{ grain | join(', ') }},
        {%- for figure in figures %}
        coalesce(sum({{ figure }}), {{ 'null' if figure in unsaid else 0 }}) as {{ figure }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from entries
    group by {{ grain | join(', ') }}

),

channels as (

    {{ channel_groups('summed') }}

),

final as (

    select
        summed.{{ grain | join(', summed.') }},
        coalesce(channels.channel_group, 'Unassigned') as channel_group,
        summed.session_count,
        summed.order_count,
        cast(summed.net_sales as decimal(18, 2)) as net_sales,
        cast(summed.cost as decimal(18, 2)) as cost,
        summed.impressions,
        summed.clicks,
        cast(round({{ safe_divide('summed.cost', 'summed.order_count') }}, 2) as decimal(14, 2)) as cost_per_order,
        cast(round({{ safe_divide('summed.net_sales', 'summed.cost') }}, 2) as decimal(14, 2)) as return_on_ad_spend
    from summed
    left join channels
        on
            summed.traffic_source = channels.traffic_source
            and summed.traffic_medium = channels.traffic_medium
            and summed.campaign = channels.campaign

)

select * from final
