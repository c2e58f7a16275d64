{{ config(materialized='table') }}

{%- set reasons = excluded_traffic() %}
{%- set ranges = internal_ranges() if 'internal' in reasons else [] %}

with agents as (

    select array_join(sort_array(collect_list(pattern)), '|') as agent_pattern from {{ ref('crawler_agents') }}

),
{%- if ranges %}

ranges as (
    {%- for range in ranges %}

    select '{{ range.address }}' as ip, {{ range.bits }} as bit_count
    {{ 'union' if not loop.last }}
    {%- endfor %}

),

addresses as (

    {{ addresses_in_bits('ranges') }}

),
{%- endif %}

final as (

    select
        {{ 'agent_pattern' if 'bot_agent' in reasons else 'cast(null as string)' }} as agent_pattern,
        {%- if ranges %}
        (
            select concat('^(', array_join(sort_array(collect_set(substr(addresses.bits, 1, 2 + ranges.bit_count))), '|'), ')')
            from addresses
            inner join ranges on addresses.ip = ranges.ip
        ) as address_pattern,
        {%- else %}
        cast(null as string) as address_pattern,
        {%- endif %}
        cast({{ var('bot_events_per_minute') if 'bot_rate' in reasons else 'null' }} as int) as events_per_minute,
        cast({{ var('bot_min_events') if 'bot_rate' in reasons else 'null' }} as int) as min_events
    from agents

)

select * from final
