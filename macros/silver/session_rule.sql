{#- What a session is: docs/sessions.md. -#}

{#- Whether sessions are made of the events of a visitor, whatever sessions the source names. -#}
{% macro sessions_are_by_rule() -%}
  {%- if var('session_rule') not in ['delivered', 'gap'] -%}
    {%- do exceptions.raise_compiler_error(
      "The variable `session_rule` is '" ~ var('session_rule') ~ "': it has to be `delivered` or `gap`."
    ) -%}
  {%- endif -%}
  {{ return(var('session_rule') == 'gap') }}
{%- endmacro %}


{#- Minutes without an event after which a visitor's next event begins a session. -#}
{% macro session_gap_minutes() -%}
  {{ return(lakehouse.whole_number_var('session_gap_minutes', 1, 1440)) }}
{%- endmacro %}


{#- What else ends a session: `midnight`, `campaign`, both or nothing. -#}
{% macro session_also_ends_at() -%}
  {%- set ends = var('session_also_ends_at') -%}
  {%- if ends is string or ends is mapping or ends | reject('in', ['midnight', 'campaign']) | list -%}
    {%- do exceptions.raise_compiler_error(
      "The variable `session_also_ends_at` is '" ~ ends ~ "': it has to be a list of `midnight`, `campaign`, both or nothing."
    ) -%}
  {%- endif -%}
  {{ return(ends) }}
{%- endmacro %}


{#-
  The months and those that follow them in the table: a session may go on from one month into the next, and its id is
  that of its first event.
-#}
{% macro with_following_months(months) -%}
  {%- set following = [] -%}
  {%- for month in months -%}
    {%- do following.append(lakehouse.month_after(month, 1)) -%}
  {%- endfor -%}
  {%- set query = 'select distinct _month from ' ~ this ~ ' where ' ~ lakehouse.in_months(following) -%}
  {{ return((months + lakehouse.get_column_values(query)) | unique | sort) }}
{%- endmacro %}


{#- The month so many months after another, both as yyyy-MM. -#}
{% macro month_after(month, months) -%}
  {%- set number = 12 * month[:4] | int + month[5:] | int - 1 + months -%}
  {{ return('%04d-%02d' % (number // 12, number % 12 + 1)) }}
{%- endmacro %}


{#-
  CTEs that give each event its session; the last one is `in_sessions`. A repeat begins none, and is in that of the event
  before it. They read events of other months only back to a day and a pause before the month, for a session that began
  before its month is followed no further.
-#}
{% macro cut_into_sessions(events, columns, months) -%}
{%- set pause = lakehouse.session_gap_minutes() -%}
{%- set ends = lakehouse.session_also_ends_at() -%}
{%- set before = [] -%}
{%- for month in months or [] if lakehouse.month_after(month, -1) not in months -%}
  {%- do before.append(lakehouse.month_after(month, -1)) -%}
{%- endfor -%}
{%- set in_time = 'order by event_time, event_id' -%}
with_earlier as (

    select {{ columns | join(', ') }}, true as _is_of_months
    from {{ events }}
    {%- if before %}
    union all
    select {{ lakehouse.existing_columns(columns) | join(', ') }}, false as _is_of_months
    from {{ this }}
    where
        {{ lakehouse.in_months(before) }}
        -- an hour more, since clocks may be put back on that day
        and {{ lakehouse.shop_time('event_time') }} >= timestampadd(
            minute, -{{ 1440 + pause + 60 }}, add_months(trunc({{ lakehouse.shop_time('event_time') }}, 'month'), 1)
        )
    {%- endif %}

),

of_visitors as (

    select
        *,
        coalesce(
            concat('visitor ', visitor_id),
            concat('customer ', customer_id),
            concat('session ', delivered_session_id),
            -- without consent
            concat('event ', event_id)
        ) as _visitor
    from with_earlier

),

after_others as (

    select
        *,
        lag(event_time) over (partition by _visitor, is_repeat {{ in_time }}) as _previous_time
    from of_visitors

),

paused as (

    select
        *,
        sum(
            case
                when is_repeat then 0
                when event_time <= timestampadd(minute, {{ pause }}, _previous_time)
                    {%- if 'midnight' in ends %}
                    and {{ lakehouse.shop_date('event_time') }} = {{ lakehouse.shop_date('_previous_time') }}
                    {%- endif %}
                    then 0
                else 1
            end
        ) over (partition by _visitor {{ in_time }} rows between unbounded preceding and current row) as _pause
    from after_others

),

begun as (

    select
        *,
        min(event_time) over (partition by _visitor, _pause) as _begun_at
    from paused

),

-- A visitor without a pause since more than a day before the month begins another session with it.
in_months as (

    select
        *,
        case
            when {{ lakehouse.shop_time('_begun_at') }}
                < timestampadd(day, -1, trunc({{ lakehouse.shop_time('event_time') }}, 'month'))
                then _month
            else ''
        end as _cut
    from begun

),
{%- set session = '_visitor, _pause, _cut' %}
{%- if 'campaign' in ends %}

of_campaigns as (

    select
        *,
        case when not is_repeat then {{ lakehouse.event_campaign() }} end as _campaign,
        row_number() over (partition by {{ session }} {{ in_time }}) as _number
    from in_months

),

after_campaigns as (

    select
        *,
        lag(_campaign) over (partition by {{ session }}, _campaign is not null {{ in_time }}) as _previous_campaign
    from of_campaigns

),

by_campaign as (

    select
        *,
        sum(case when _number > 1 and _campaign is distinct from _previous_campaign and _campaign is not null then 1 else 0 end)
            over (partition by {{ session }} {{ in_time }} rows between unbounded preceding and current row) as _landing
    from after_campaigns

),
{%- endif %}

in_sessions as (

    select
        *,
        concat(
            '{{ lakehouse.ruled_session_prefix() }}',
            first_value(event_id) over (
                partition by {{ session }} {{- ', _landing' if 'campaign' in ends }} {{ in_time }}
            )
        ) as session_id
    from {{ 'by_campaign' if 'campaign' in ends else 'in_months' }}

)
{%- endmacro %}


{#- What session ids begin with, before the id of the first event: no id of a source may be taken for one. -#}
{% macro ruled_session_prefix() -%}
  {{ return('v-') }}
{%- endmacro %}


{#- The campaign that an event names, as the tracker or the address of the page says. Null if there is none. -#}
{% macro event_campaign() -%}
  {%- set parts = [] -%}
  {%- for part in ['source', 'medium', 'campaign'] -%}
    {%- set in_address = lakehouse.address_parameter('page_url', 'utm_' ~ part) -%}
    {%- do parts.append(('coalesce(tracked_' ~ part ~ ', ' ~ in_address ~ ')') if lakehouse.is_mapped('events') else in_address) -%}
  {%- endfor -%}
  nullif(concat_ws('|', {{ parts | join(', ') }}), '')
{%- endmacro %}
