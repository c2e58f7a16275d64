{#- Which source provides which entity of silver. docs/sources.md documents this for users. -#}

{#-
  `exports` are those whose rows become rows of the entity. `joined` are models whose rows are looked up for them: a row
  is worked on again when `columns` of its `key` change there;
  `is_of_one_row` says that no two rows have the same key. Sessions without exports are made of events. `merges_events`
  says that different events can become equal, such as the view of a page and of a list on it: none of them is a repeat.
-#}
{% macro source_entities() -%}
  {{ return({
    'shopify': {
      'customers': {'exports': ['customers', 'bulk']},
      'products': {'exports': ['products', 'bulk']},
      'orders': {
        'exports': ['orders', 'bulk'],
        'joined': {'model': 'shopify_customers', 'exports': ['customers', 'bulk'], 'key': 'email_key', 'columns': ['customer_id']}
      },
      'order_items': {'exports': ['orders', 'bulk']},
      'refunds': {'exports': ['bulk']}
    },
    'ga4': {'sessions': {'exports': []}, 'events': {'exports': ['events']}},
    'snowplow': {
      'sessions': {'exports': []},
      'events': {
        'exports': ['events'],
        'merges_events': true,
        'joined': {
          'model': 'snowplow_contexts',
          'exports': ['action', 'product', 'checkout_step', 'transaction', 'user', 'client_session', 'site_search'],
          'key': 'event_id',
          'is_of_one_row': true,
          'columns': [
            'action_type', 'product_id', 'quantity', 'checkout_step', 'order_id', 'amount', 'payment', 'customer_id', 'session_id',
            'search_terms', 'search_results'
          ]
        }
      }
    }
  }) }}
{%- endmacro %}


{#- The source of each entity, among the configured sources. Available while dbt parses. -#}
{% macro entity_sources() -%}
  {%- set chosen, found, errors = var('entities'), {}, [] -%}
  {%- set named, given = lakehouse.source_names(), lakehouse.source_entities() -%}
  {%- for entity in lakehouse.entities() -%}
    {%- set givers = [] -%}
    {%- for name in named if name == 'native' or entity in given.get(name, {}) -%}
      {%- do givers.append(name) -%}
    {%- endfor -%}
    {%- if entity in chosen and chosen[entity] not in givers -%}
      {%- do errors.append(
        'The variable `entities` takes ' ~ entity ~ ' from ' ~ chosen[entity] ~ ', which '
        ~ ('does not give them.' if chosen[entity] in named else 'LAKEHOUSE_SOURCES does not name.')
      ) -%}
    {%- elif entity in chosen -%}
      {%- do found.update({entity: chosen[entity]}) -%}
    {%- elif givers | length > 1 -%}
      {%- do errors.append(
        'Both ' ~ givers | join(' and ') ~ ' give ' ~ entity ~ '. Choose one in the variable `entities`, such as {'
        ~ entity ~ ': ' ~ givers[0] ~ '}.'
      ) -%}
    {%- elif givers -%}
      {%- do found.update({entity: givers[0]}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for entity in chosen if entity not in lakehouse.entities() -%}
    {%- do errors.append('The variable `entities` names ' ~ entity ~ '. The entities are ' ~ lakehouse.entities() | join(', ') ~ '.') -%}
  {%- endfor -%}
  {%- if errors -%}
    {%- do exceptions.raise_compiler_error(errors | join('\n')) -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}


{#- None for an entity that no source provides. -#}
{% macro entity_source(entity) -%}
  {{ return(lakehouse.entity_sources().get(entity)) }}
{%- endmacro %}


{#- Whether a model in models/sources provides the entity: a source other than `native` that has exports of it. -#}
{% macro is_mapped(entity) -%}
  {{ return(lakehouse.entity_source(entity) not in [none, 'native'] and lakehouse.mapping(entity).exports != []) }}
{%- endmacro %}


{% macro sessions_are_made_of_events() -%}
  {%- if lakehouse.sessions_are_by_rule() -%}{{ return(true) }}{%- endif -%}
  {{ return(lakehouse.entity_source('sessions') not in [none, 'native'] and not lakehouse.is_mapped('sessions')) }}
{%- endmacro %}


{% macro mapping(entity) -%}
  {{ return(lakehouse.source_entities()[lakehouse.entity_source(entity)][entity]) }}
{%- endmacro %}


{#-
  The table or view with the entity's rows in the raw columns of `native`. It is the empty table of `native` if no
  source provides the entity, or only the events from which sessions are derived.
-#}
{% macro delivered_entity(entity) -%}
  {%- if lakehouse.is_mapped(entity) -%}
    {{ return(ref(lakehouse.entity_source(entity) ~ '_' ~ entity)) }}
  {%- endif -%}
  {{ return(ref('stg_' ~ entity)) }}
{%- endmacro %}


{#- The bronze tables that an entity is built from, as a mapping from the export. -#}
{% macro bronze_tables(entity) -%}
  {%- if not lakehouse.is_mapped(entity) -%}{{ return({entity: ref('stg_' ~ entity)}) }}{%- endif -%}
  {%- set tables = {} -%}
  {%- for export in lakehouse.mapping(entity).exports -%}
    {%- do tables.update({export: ref('stg_' ~ lakehouse.entity_source(entity) ~ '_' ~ export)}) -%}
  {%- endfor -%}
  {{ return(tables) }}
{%- endmacro %}


{#- Staging models of `native` and the configured sources, without `stg_`. Available while dbt parses. -#}
{% macro staged_exports() -%}
  {%- set exports = {
    'shopify': ['orders', 'customers', 'products', 'bulk'],
    'ga4': ['events'],
    'snowplow': [
      'events', 'action', 'product', 'cart', 'checkout_step', 'transaction', 'user', 'page', 'web_page', 'client_session',
      'screen', 'site_search'
    ]
  } -%}
  {%- set staged = lakehouse.entities() -%}
  {%- for name in lakehouse.source_names() -%}
    {%- for export in exports.get(name, []) -%}
      {%- do staged.append(name ~ '_' ~ export) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(staged) }}
{%- endmacro %}
