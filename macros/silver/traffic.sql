{#- Visits that no customer made: `excluded_reason` of `int_visits`. -#}

{% macro excluded_traffic() -%}
  {%- set stated = var('excluded_traffic') -%}
  {%- set reasons = [stated] if stated is string else stated -%}
  {%- for reason in reasons if reason not in ['internal', 'bot_agent', 'bot_rate'] -%}
    {%- do exceptions.raise_compiler_error(
      "The variable excluded_traffic must be a list of internal, bot_agent and bot_rate, or []. It has '" ~ reason ~ "'."
    ) -%}
  {%- endfor -%}
  {{ return(reasons) }}
{%- endmacro %}


{#- A number from 0 to 255, as a regular expression. -#}
{% macro ip_byte() -%}
  {{ return('(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])') }}
{%- endmacro %}


{#- The addresses and ranges of the variable `internal_addresses`, each with the number of bits that it fixes. -#}
{% macro internal_ranges() -%}
  {%- set byte = lakehouse.ip_byte() -%}
  {%- set stated = var('internal_addresses') -%}
  {%- set ranges = [] -%}
  {%- for range in ([stated] if stated is string else stated) -%}
    {%- set address, slash, bits = (range | string | trim | lower).partition('/') -%}
    {%- set groups = address.split(':') | select | list -%}
    {%- if modules.re.fullmatch(byte ~ '([.]' ~ byte ~ '){3}', address) -%}
      {%- set width = 32 -%}
    {%- elif
      modules.re.fullmatch('(([0-9a-f]{1,4}:)*[0-9a-f]{1,4})?(::)?(([0-9a-f]{1,4}:)*[0-9a-f]{1,4})?', address)
      and (groups | length == 8 if '::' not in address else groups | length < 8)
    -%}
      {%- set width = 128 -%}
    {%- else -%}
      {%- set width = -1 -%}
    {%- endif -%}
    {%- set fixed = (bits | int(-1) if modules.re.fullmatch('[0-9]+', bits) else -1) if slash else width -%}
    {%- if not 0 <= fixed <= width -%}
      {%- do exceptions.raise_compiler_error(
        "The variable internal_addresses must be a list of IP addresses and ranges, such as 203.0.113.7, 10.0.0.0/8 or "
        ~ "2001:db8::/32. It has '" ~ range ~ "'."
      ) -%}
    {%- endif -%}
    {%- do ranges.append({'address': address, 'bits': fixed}) -%}
  {%- endfor -%}
  {{ return(ranges) }}
{%- endmacro %}


{#-
  Addresses as bits after their version, such as 4:11001011…: an address is in a range if it begins with the bits of the
  range. The bits of what is no address are null.
-#}
{% macro addresses_in_bits(addresses) -%}
    select
        ip,
        case
            when dotted is not null then concat('4:'
                {%- for part in range(1, 5) -%}
                , lpad(conv(split_part(dotted, '.', {{ part }}), 10, 2), 8, '0')
                {%- endfor -%}
            )
            when groups is not null then concat('6:'
                {%- for part in range(1, 9) -%}
                , lpad(conv(split_part(groups, ':', {{ part }}), 16, 2), 16, '0')
                {%- endfor -%}
            )
        end as bits
    from (
        select
            ip,
            case
                when plain rlike '^(::ffff:)?{{ lakehouse.ip_byte() }}([.]{{ lakehouse.ip_byte() }}){3}$' then replace(plain, '::ffff:', '')
            end as dotted,
            case when written_out rlike '^[0-9a-f]{1,4}(:[0-9a-f]{1,4}){7}$' then written_out end as groups
        from (
            select
                ip,
                plain,
                -- `::` stands for as many groups of zeros as are missing
                case
                    when instr(plain, '::') = 0 then plain
                    else trim(
                        both ':' from concat(
                            split_part(plain, '::', 1),
                            repeat(':0', 8 - size(filter(split(plain, ':'), each -> each <> ''))), ':',
                            split_part(plain, '::', 2)
                        )
                    )
                end as written_out
            from (
                -- without the network interface of a local address
                select ip, split_part(lower(trim(ip)), '%', 1) as plain from {{ addresses }}
            ) as plain_addresses
        ) as written_addresses
    ) as read_addresses
{%- endmacro %}


{#- The agents of `visits` that are in the list of bots. Each is compared once, however many visits it made. -#}
{% macro bot_agents(visits) -%}
    select agents.user_agent
    from (select distinct user_agent from {{ visits }} where user_agent is not null) as agents
    inner join {{ ref('int_traffic_rules') }} as rules on agents.user_agent rlike rules.agent_pattern
{%- endmacro %}


{#- The addresses of `visits` that are in `internal_addresses`. -#}
{% macro internal_visitors(visits) -%}
    select addresses.ip
    from (
    {{ lakehouse.addresses_in_bits('(select distinct ip from ' ~ visits ~ ' where ip is not null) as distinct_addresses') }}
    ) as addresses
    inner join {{ ref('int_traffic_rules') }} as rules on addresses.bits rlike rules.address_pattern
{%- endmacro %}


{#- The CTEs `bot_agents` and `internal_visitors`, that `excluded_reason` looks at. -#}
{% macro unwanted_visitors(visits) -%}
bot_agents as (

    {{ lakehouse.bot_agents(visits) }}

),

internal_visitors as (

    {{ lakehouse.internal_visitors(visits) }}

)
{%- endmacro %}


{#-
  Of a row of a visit joined with `int_traffic_rules` as `rules`, `bot_agents` and `internal_visitors`. The rate of a bot
  is that of all events it sends: one that asks for the same page all the time sends little but repeats.
-#}
{% macro excluded_reason(visit) -%}
{%- set sent = visit ~ '.event_count + coalesce(' ~ visit ~ '.repeat_count, 0)' %}
{%- set last_sent_at = 'greatest(' ~ visit ~ '.session_end_at, ' ~ visit ~ '.last_repeat_at)' %}
        case
            when internal_visitors.ip is not null then 'internal'
            when bot_agents.user_agent is not null then 'bot_agent'
            when
                {{ sent }} >= rules.min_events
                and 60 * ({{ sent }}) > rules.events_per_minute
                * greatest(timestampdiff(second, {{ visit }}.session_start_at, {{ last_sent_at }}), 60)
                then 'bot_rate'
        end
{%- endmacro %}


{#- A query of the sessions of `int_visits` whose reason is another one by the present rules. -#}
{% macro sessions_with_another_reason() -%}
      select visits.session_id
      from (
        select
          session_id, session_start_at, session_end_at, event_count,
          {{ lakehouse.existing_columns(['repeat_count', 'last_repeat_at', 'user_agent', 'ip', 'excluded_reason']) | join(', ') }}
        from {{ this }}
      ) as visits
      cross join {{ ref('int_traffic_rules') }} as rules
      left join ({{ lakehouse.bot_agents(this) }}) as bot_agents on visits.user_agent = bot_agents.user_agent
      left join ({{ lakehouse.internal_visitors(this) }}) as internal_visitors on visits.ip = internal_visitors.ip
      where not visits.excluded_reason <=> {{ lakehouse.excluded_reason('visits') }}
{%- endmacro %}


{#- The sessions that gold leaves out, of those that reach into `months`. -#}
{% macro excluded_sessions(months=none) -%}
    select session_id
    from {{ ref('int_visits') }}
    where
        excluded_reason is not null
        {%- if months is not none %}
        and {{ '_month <= \'' ~ months[-1] ~ '\'' if months else 'false' }}
        {%- if months %}
        and {{ lakehouse.shop_time('session_end_at') }} >= cast('{{ months[0] }}-01' as timestamp)
        {%- endif %}
        {%- endif %}
{%- endmacro %}


{#- A query of the months of the sessions whose reason has changed since this model's table was built. -#}
{% macro months_with_another_reason() -%}
    {%- set spans %}(
        select distinct _month as first_month, {{ lakehouse.shop_month('session_end_at') }} as last_month
        from {{ ref('int_visits') }}
        where _reason_version > {{ last_built_version(ref('int_visits')) }}
    ) as spans{% endset -%}
    select _month from ({{ lakehouse.months_of_spans(spans) }}) as span_months
{%- endmacro %}
