{% macro quarantine_rules() -%}
  {{ return([
    'missing_key', 'invalid_id', 'unknown_event_type', 'unknown_order_status', 'invalid_currency',
    'invalid_timestamp', 'future_timestamp', 'implausible_timestamp', 'invalid_number', 'invalid_boolean',
    'negative_amount', 'non_positive_quantity', 'rating_out_of_range'
  ]) }}
{%- endmacro %}


{#-
  The fields tell whether there is an event type or a status: only then does a model depend on the seed with the
  aliases. `visitor_of_session`: events become sessions of a browser, where none is known of a customer, and else of the
  delivered session; without consent, an event without a session is one by itself.
-#}
{% macro field_kinds(fields, mapped=false) -%}
  {%- set event_type = lakehouse.event_type('{raw}') if 'event_type' in fields | map(attribute=2) -%}
  {%- set order_status = lakehouse.order_status('{raw}') if 'order_status' in fields | map(attribute=2) -%}
  {#- gold uses UNKNOWN for a missing id -#}
  {%- set id = 'nullif(' ~ (lakehouse.source_id('{raw}') if mapped else lakehouse.canonical_id('{raw}')) ~ ", 'UNKNOWN')" -%}
  {#- masked, the addresses of different people would be one browser -#}
  {%- set visitor = 'case when not (' ~ lakehouse.has_email('{raw}') ~ ') then ' ~ lakehouse.visitor('{raw}', mapped) ~ ' end' -%}
  {%- set unconverted = '{raw} is not null and {value} is null' -%}
  {%- set time_rules = {
    'invalid_timestamp': '{value} is null',
    'future_timestamp': "{value} > timestampadd(day, 1, _ingested_at)",
    'implausible_timestamp': '{value} not between ' ~ lakehouse.plausible_times()
  } -%}
  {%- set currency = "case when upper({raw}) rlike '^[A-Z]{3}$' then upper({raw}) end" -%}
  {%- set amount_rules = {'invalid_number': unconverted, 'negative_amount': '{value} < 0'} -%}
  {{ return({
    'key': {'convert': id, 'rules': {'missing_key': '{raw} is null', 'invalid_id': unconverted}},
    'id': {'convert': id, 'rules': {'invalid_id': unconverted ~ " and {raw} <> 'UNKNOWN'"}},
    'visitor': {'convert': visitor, 'rules': {}},
    'visitor_of_session': {
      'convert': visitor,
      'rules': {'missing_key': 'coalesce({value}, _value_customer_id, _value_delivered_session_id) is null and coalesce(_value_consent, true)'}
    },
    'required_visitor': {'convert': visitor, 'rules': {'missing_key': '{raw} is null', 'invalid_id': unconverted}},
    'event_type': {'convert': event_type, 'rules': {'unknown_event_type': '{value} is null'}},
    'time': {'convert': lakehouse.parse_utc('{raw}'), 'rules': time_rules},
    'date': {'convert': lakehouse.parse_utc('{raw}'), 'rules': time_rules, 'final': 'to_date({value})'},
    'optional_time': {
      'convert': lakehouse.parse_utc('{raw}'), 'rules': dict(time_rules, invalid_timestamp=unconverted)
    },
    'month': {
      'convert': lakehouse.parse_utc("case when {raw} rlike '^[0-9]{4}-[0-9]{2}$' then concat({raw}, '-01') else {raw} end"),
      'rules': time_rules,
      'final': "to_date(date_trunc('month', {value}))"
    },
    'order_status': {'convert': order_status, 'rules': {'unknown_order_status': unconverted}},
    'currency': {'convert': currency, 'rules': {'invalid_currency': unconverted}},
    'required_currency': {'convert': currency, 'rules': {'invalid_currency': '{value} is null'}},
    'rate': {
      'convert': lakehouse.to_decimal('{raw}', 18, 8),
      'rules': {'invalid_number': '{value} is null or {value} <= 0'}
    },
    'optional_date': {
      'convert': lakehouse.parse_utc('{raw}'),
      'rules': dict(time_rules, invalid_timestamp=unconverted),
      'final': 'to_date({value})'
    },
    'boolean': {'convert': lakehouse.to_boolean('{raw}'), 'rules': {'invalid_boolean': unconverted}},
    'amount': {'convert': lakehouse.to_decimal('{raw}'), 'rules': amount_rules},
    'required_amount': {
      'convert': lakehouse.to_decimal('{raw}'),
      'rules': {'invalid_number': '{value} is null', 'negative_amount': '{value} < 0'}
    },
    'signed_amount': {'convert': lakehouse.to_decimal('{raw}'), 'rules': {'invalid_number': unconverted}},
    'percent': {
      'convert': lakehouse.to_decimal('{raw}', 5, 2),
      'rules': {'invalid_number': unconverted ~ ' or {value} not between 0 and 100'}
    },
    'age': {
      'convert': lakehouse.to_integer('{raw}'),
      'rules': {'invalid_number': unconverted ~ ' or {value} not between 0 and 150'}
    },
    'quantity': {
      'convert': lakehouse.to_integer('{raw}'),
      'rules': {'invalid_number': unconverted, 'non_positive_quantity': '{value} <= 0'}
    },
    'required_quantity': {
      'convert': lakehouse.to_integer('{raw}'),
      'rules': {'invalid_number': '{value} is null', 'non_positive_quantity': '{value} <= 0'}
    },
    'count': {
      'convert': lakehouse.to_integer('{raw}'),
      'rules': {'invalid_number': unconverted, 'negative_amount': '{value} < 0'}
    },
    'rating': {
      'convert': lakehouse.to_integer('{raw}'),
      'rules': {'invalid_number': unconverted, 'rating_out_of_range': '{value} not between 1 and 5'}
    },
    'category': {'convert': lakehouse.mask_email('lower({raw})'), 'rules': {}},
    'code': {'convert': lakehouse.mask_email('upper({raw})'), 'rules': {}},
    'email': {'convert': 'lower({raw})', 'rules': {}},
    'label': {'convert': lakehouse.mask_email('{raw}'), 'rules': {}},
    'required_label': {'convert': lakehouse.mask_email('{raw}'), 'rules': {'missing_key': '{raw} is null'}},
    'text': {'convert': '{raw}', 'rules': {}},
    'masked_text': {'convert': lakehouse.mask_email('{raw}'), 'rules': {}},
  }) }}
{%- endmacro %}


{#- From the first moment of one day to that of another, as the limits of BETWEEN. -#}
{% macro plausible_times() -%}
  {%- set first, last = lakehouse.date_var('earliest_date'), lakehouse.date_var('latest_date') -%}
  {%- if not first or not last -%}
    {%- do exceptions.raise_compiler_error('The variables earliest_date and latest_date must be days, as YYYY-MM-DD.') -%}
  {%- endif -%}
  {{ return('cast(' ~ first ~ ' as timestamp) and cast(' ~ last ~ ' as timestamp)') }}
{%- endmacro %}


{% macro check_fields(entity, fields, kinds) -%}
  {#- neither while dbt parses nor in unit tests, which have no sources -#}
  {%- set known = execute and graph.sources is defined and lakehouse.entity_source(entity) == 'native' -%}
  {%- set declared = lakehouse.known_exports()[entity].columns if known -%}
  {%- set rules = lakehouse.quarantine_rules() -%}
  {%- for name, column, kind in (fields if known else []) -%}
    {%- if column not in declared -%}
      {%- do exceptions.raise_compiler_error(
        'int_' ~ entity ~ '_checked reads the column ' ~ column ~ ', which models/staging/_staging__sources.yml does not '
        ~ 'declare for ' ~ entity ~ '. Where no file has it, its table would not have it either.'
      ) -%}
    {%- endif -%}
    {%- for rule in kinds[kind].rules if rule not in rules -%}
      {%- do exceptions.raise_compiler_error(
        'The rule ' ~ rule ~ ' of the kind ' ~ kind ~ ' is not in macros/silver/rules.sql.'
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
{%- endmacro %}
