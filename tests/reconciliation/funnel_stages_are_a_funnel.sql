-- Rows of seeds/funnel_stages.csv and seeds/event_type_aliases.csv that make no funnel, and why.
with stages as (

    select stage_order, stage, event_type, title from {{ ref('funnel_stages') }}

),

aliases as (

    select alias, event_type from {{ ref('event_type_aliases') }}

),

known as (

    select event_type from stages
    {%- for event_type in core_event_types() %}
    union all
    select '{{ event_type }}' as event_type
    {%- endfor %}

),

positions as (

    select stage_order, count(distinct stage) as stage_count, count(distinct title) as title_count
    from stages
    group by stage_order

),

names as (

    select stage, count(distinct stage_order) as position_count
    from stages
    group by stage

),

size_of_funnel as (

    select count(*) as stage_count, max(stage_order) as last_stage, min(stage_order) as first_stage
    from positions

),

problems as (

    select 'funnel_stages' as seed, concat(stage_count, ' stages') as place, 'a funnel has 2 to 15 stages' as problem
    from size_of_funnel
    where stage_count not between 2 and 15
    union all
    select
        'funnel_stages' as seed,
        concat('stage_order ', first_stage, ' to ', last_stage) as place,
        'the positions of the stages are not 1, 2, 3, ... without gaps' as problem
    from size_of_funnel
    where first_stage <> 1 or last_stage <> stage_count
    union all
    select
        'funnel_stages' as seed,
        concat('stage_order ', stage_order) as place,
        'a position has one stage with one title' as problem
    from positions
    where stage_count > 1 or title_count > 1
    union all
    select distinct 'funnel_stages' as seed, concat('title ', title) as place, 'a title has no comma' as problem
    from stages
    where title like '%,%'
    union all
    select 'funnel_stages' as seed, concat('stage ', stage) as place, 'the stage is there twice' as problem
    from names
    where position_count > 1
    union all
    select
        'funnel_stages' as seed,
        concat('event_type ', stages.event_type) as place,
        concat('it is an alias of ', aliases.event_type, ' in event_type_aliases') as problem
    from stages
    inner join aliases on stages.event_type = aliases.alias
    where stages.event_type <> aliases.event_type
    union all
    select
        'event_type_aliases' as seed,
        concat('alias ', aliases.alias) as place,
        concat('nobody knows the event type ', aliases.event_type) as problem
    from aliases
    left anti join known on aliases.event_type = known.event_type

)

select * from problems
