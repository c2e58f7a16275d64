{#- Stages are rows of the seed `funnel_stages`, so that no statement depends on how many there are. docs/funnels.md. -#}

{% macro funnel_stages() -%}
    select stage_order, max(stage) as stage, max(title) as title
    from {{ ref('funnel_stages') }}
    group by stage_order
{%- endmacro %}


{#-
  What a session did, as a sorted array: of events at the same time, those of earlier stages come first. An aggregate
  over events with `event_time` and `stage_order`, which is null for an event of no stage.
-#}
{% macro stage_path() -%}
  array_sort(collect_list(
    case
      when stage_order is not null
        {#- Sail does not mix structs with and without nulls #}
        then struct(case when stage_order is not null then event_time end as event_time, stage_order)
    end
  ))
{%- endmacro %}


{#-
  An event counts if the stages before its own have been reached: the first event of the first stage, the first event of
  the second stage at or after it, and so on.
-#}
{% macro reached_in_order(path) -%}
  aggregate(
    {{ path }},
    cast(array() as array<timestamp>),
    (times, event) -> case
      when event.stage_order = size(times) + 1 then concat(times, array(event.event_time)) else times
    end
  )
{%- endmacro %}


{% macro events_by_stage(path) -%}
  transform(
    (select sequence(1, max(stage_order)) from {{ ref('funnel_stages') }}),
    stage -> cast(size(filter({{ path }}, event -> event.stage_order = stage)) as bigint)
  )
{%- endmacro %}


{#- Sums over the sessions of `session_metrics`, each joined with each stage. -#}
{% macro stage_figures(sessions, stages) -%}
  {%- set events = 'coalesce(get(' ~ sessions ~ '._stage_event_counts, ' ~ stages ~ '.stage_order - 1), 0)' -%}
  cast(sum(cast({{ events }} as decimal(20, 0))) as bigint) as event_count,
        count_if({{ events }} > 0) as session_count,
        count_if({{ sessions }}._ordered_stages >= {{ stages }}.stage_order) as ordered_session_count
{%- endmacro %}


{#- CTEs of the analyses of a period: the last one is `steps`, with a row for each stage. -#}
{% macro funnel_of_period() -%}
days as (

    select * from {{ lakehouse.published(ref('rpt_site_funnel')) }}
    where {{ lakehouse.in_period('event_date') }}

),

stages as (

    select
        stage_order,
        stage,
        sum(event_count) as event_count,
        sum(session_count) as session_count,
        sum(ordered_session_count) as ordered_session_count
    from days
    group by stage_order, stage

),

compared as (

    select
        *,
        first_value(ordered_session_count) over (order by stage_order) as first_session_count,
        lag(ordered_session_count) over (order by stage_order) as session_count_before
    from stages

),

steps as (

    select
        stage_order,
        stage,
        event_count,
        session_count,
        ordered_session_count,
        session_count_before - ordered_session_count as lost_session_count,
        case
            when session_count_before is not null
                then {{ lakehouse.percentage('ordered_session_count', 'session_count_before') }}
        end as step_conversion_pct,
        {{ lakehouse.percentage('ordered_session_count', 'first_session_count') }} as overall_conversion_pct
    from compared

)
{%- endmacro %}


{#- At the end of a run whose test found stages without events: which, and by which event types they are looked for. -#}
{% macro name_stages_without_events(results) -%}
  {%- set found = [] -%}
  {%- for result in (results if execute else []) if result.status == 'warn' and result.node.name == 'every_stage_has_events' -%}
    {%- for row in run_query(result.node.compiled_code).rows -%}
      {%- do found.append(row.stage ~ ': no event of the type ' ~ row.event_types | replace(', ', ' or ')) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- if found -%}
    {%- do exceptions.warn(
      'Stages of seeds/funnel_stages.csv that no session reaches, or whose event type is written otherwise in the files:\n  '
      ~ found | join('\n  ')
    ) -%}
  {%- endif -%}
{%- endmacro %}
