{#-
  Whose data a command works on. While it runs, two tables in bronze list:

  - `forgetting_ids`: every identifier that leads to the people, by kind, and its random replacement,
  - `forgetting_rows`: delivered rows that are removed whole, since they are in quarantine or unparsable.
-#}

{#- Requests as a list of mappings with `customer_id`, `email` or both. -#}
{% macro requested_people(customer_id, email, requests) -%}
  {%- set people = [] -%}
  {%- if requests is string -%}
    {%- do people.extend(adapter.read_requests(requests)) -%}
  {%- elif requests -%}
    {%- do people.extend(requests) -%}
  {%- endif -%}
  {%- if customer_id is not none or email is not none -%}
    {%- do people.append({'customer_id': customer_id, 'email': email}) -%}
  {%- endif -%}
  {%- set asked = [] -%}
  {%- for person in people -%}
    {%- if person.get('customer_id') is not none -%}
      {%- do asked.append({'kind': 'customer', 'value': (person.customer_id | string).strip()}) -%}
    {%- endif -%}
    {%- if person.get('email') -%}
      {%- do asked.append({'kind': 'email', 'value': (person.email | string).strip() | lower}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not asked or asked | rejectattr('value') | list -%}
    {%- do exceptions.raise_compiler_error(
      "Say whom: --args '{customer_id: \"17\"}', '{email: ann@example.com}' or '{requests: requests.csv}'."
    ) -%}
  {%- endif -%}
  {{ return(asked) }}
{%- endmacro %}


{% macro forgetting_table(name) -%}
  {{ return(api.Relation.create(
    database=target.database, schema=lakehouse.generate_schema_name('bronze', none) | trim, identifier='forgetting_' ~ name,
    type='table'
  )) }}
{%- endmacro %}


{% macro drop_forgetting_tables() -%}
  {%- for name in ['ids', 'rows'] -%}
    {%- do adapter.drop_relation(lakehouse.forgetting_table(name)) -%}
  {%- endfor -%}
{%- endmacro %}


{% macro create_forgetting_table(name, query) -%}
  {%- set relation = lakehouse.forgetting_table(name) -%}
  {%- do adapter.drop_relation(relation) -%}
  {%- do lakehouse.create_from_query(relation, query) -%}
  {%- do adapter.cache_added(relation) -%}
{%- endmacro %}


{#- dbt's own macros for it ask for a model. -#}
{% macro create_from_query(relation, query) -%}
  {{ return(adapter.dispatch('create_from_query', 'lakehouse')(relation, query)) }}
{%- endmacro %}

{% macro spark_connect__create_from_query(relation, query) -%}
  {%- call statement('create_from_query', auto_begin=false) -%}
    {{ create_table_as(false, relation, query) }}
  {%- endcall -%}
{%- endmacro %}

{% macro databricks__create_from_query(relation, query) -%}
  {%- do run_query('create or replace table ' ~ relation ~ ' using delta as ' ~ query) -%}
{%- endmacro %}


{#- Kinds and values as a relation that can be queried. name: of a view, where there is one. -#}
{% macro values_as_rows(name, values) -%}
  {{ return(adapter.dispatch('values_as_rows', 'lakehouse')(name, values)) }}
{%- endmacro %}

{#- A view, since the text of statements is written to logs. -#}
{% macro spark_connect__values_as_rows(name, values) -%}
  {%- do adapter.register_rows(name, values, {'kind': 'string', 'value': 'string'}) -%}
  {{ return(name) }}
{%- endmacro %}

{% macro databricks__values_as_rows(name, values) -%}
  {%- set rows = [] -%}
  {%- for each in values -%}
    {%- do rows.append("('" ~ each.kind ~ "', " ~ lakehouse.text_literal(each.value) ~ ')') -%}
  {%- endfor -%}
  {{ return('(select * from values ' ~ rows | join(', ') ~ ' as people (kind, value))') }}
{%- endmacro %}


{#-
  A session or order belongs to the customer named in its latest delivery. An earlier delivery may have named another
  customer: then only the name of the customer in that delivery is theirs.
-#}
{% macro find_people(asked) -%}
  {%- set people = lakehouse.values_as_rows('asked_people', asked) -%}
  {%- set checked = {} -%}
  {%- for entity in ['customers', 'sessions', 'events', 'orders', 'reviews', 'refunds'] -%}
    {%- do checked.update({entity: lakehouse.relation_of_node(lakehouse.node_of('int_' ~ entity ~ '_checked'))}) -%}
  {%- endfor -%}
  {%- set by_rule = lakehouse.sessions_are_by_rule() -%}
  {%- set query -%}
  with asked as (
    select * from {{ people }}
  ),
  customers as (
    select coalesce({{ lakehouse.canonical_id('value') }}, value) as id from asked where kind = 'customer'
    union
    select value from asked where kind = 'customer'
    union
    select customer_id from {{ checked.customers }} where email in (select value from asked where kind = 'email')
  ),
  events as (
    {%- if by_rule %}
    select delivered.*, events.session_id
    from {{ checked.events }} as delivered
    left join {{ lakehouse.relation_of_node(lakehouse.node_of('int_events')) }} as events on delivered.event_id = events.event_id
    {%- else %}
    select * from {{ checked.events }}
    {%- endif %}
  ),
  {#- visits of which silver does not keep whose they are, but bronze does #}
  refused as (
    select session_id from {{ lakehouse.relation_of_node(lakehouse.node_of('int_visits')) }} where not consent
  ),
  {%- for entity, key in [['sessions', 'session_id'], ['orders', 'order_id']] %}
  {%- set silver = lakehouse.relation_of_node(lakehouse.node_of('int_' ~ entity)) %}
  {{ entity }} as (
    select {{ key }} as id from {{ silver }} where customer_id in (select id from customers)
    union
    {%- if entity == 'sessions' %}
    {#- the events or the browser may say whose it is #}
    select visits.session_id
    from {{ lakehouse.relation_of_node(lakehouse.node_of('int_visits')) }} as visits
    left join {{ lakehouse.relation_of_node(lakehouse.node_of('int_identities')) }} as links on {{ lakehouse.is_link_of('links', 'visits') }}
    where coalesce(visits.customer_id, links.customer_id) in (select id from customers)
    union
    select events.session_id
    from events
    left semi join refused on events.session_id = refused.session_id
    where events.customer_id in (select id from customers)
    union
    {%- if not lakehouse.sessions_are_made_of_events() %}
    select session_id from {{ checked.sessions }}
    where
      not consent
      and customer_id in (select id from customers)
      and {{ lakehouse.delivered_row() }} in (select {{ lakehouse.delivered_row() }} from {{ silver }} where not consent)
    union
    {%- endif %}
    {%- endif %}
    select delivered.{{ key }}
    from {{ checked[entity] }} as delivered
    left anti join {{ silver }} as latest on delivered.{{ key }} = latest.{{ key }}
    where delivered.customer_id in (select id from customers)
  ),
  {%- endfor %}
  visits as (
    select visitor_id, session_id from {{ checked.sessions }}
    union
    select visitor_id, session_id from events
  ),
  {#- A browser that others use, too, does not lead to the person. Who used it without consent, is not known. #}
  browsers as (
    select visits.visitor_id
    from visits
    left join sessions on visits.session_id = sessions.id
    left join refused on visits.session_id = refused.session_id
    group by visits.visitor_id
    having
      bool_and(sessions.id is not null or refused.session_id is not null)
      and bool_or(sessions.id is not null)
  ),
  their_sessions as (
    select id from sessions
    union
    select visits.session_id
    from visits
    left semi join refused on visits.session_id = refused.session_id
    left semi join browsers on visits.visitor_id = browsers.visitor_id
  ),
  found as (
    select 'customer' as kind, id from customers
    union
    select 'session' as kind, id from their_sessions
    {%- if by_rule %} where id not like '{{ lakehouse.ruled_session_prefix() }}%' {%- endif %}
    union
    select 'order' as kind, id from orders
    union
    select 'event' as kind, event_id from events where session_id in (select id from their_sessions)
    union
    select 'event' as kind, event_id from events where customer_id in (select id from customers)
    union
    {%- if by_rule %}
    select 'session' as kind, delivered_session_id from events where session_id in (select id from their_sessions)
    union
    {%- endif %}
    select 'visitor' as kind, visitor_id from browsers
    {%- if lakehouse.is_mapped('customers') %}
    union
    {#- their exports name a customer by the address, too #}
    select 'email' as kind, email from {{ checked.customers }} where customer_id in (select id from customers)
    union
    select kind, value from asked where kind = 'email'
    {%- endif %}
    union
    select 'review' as kind, review_id from {{ checked.reviews }} where order_id in (select id from orders)
    union
    select 'refund' as kind, refund_id from {{ checked.refunds }} where order_id in (select id from orders)
  )
  select kind, id, concat('forgotten-', replace(uuid(), '-', '')) as new_id
  from found
  where id is not null
  {%- endset -%}
  {%- do lakehouse.create_forgetting_table('ids', query) -%}
  {%- if by_rule -%}{%- do lakehouse.add_ruled_sessions() -%}{%- endif -%}
{%- endmacro %}


{#-
  The id of a session that a rule made has that of its first event, and has to follow it. Beside it, events keep the
  session as delivered.
-#}
{% macro add_ruled_sessions() -%}
  {%- set ids, prefix = lakehouse.forgetting_table('ids'), lakehouse.ruled_session_prefix() -%}
  {%- do run_query(
    'insert into ' ~ ids
    ~ " select 'delivered_session' as kind, id, new_id from " ~ ids ~ " where kind = 'session'"
    ~ " union all select 'session' as kind, concat('" ~ prefix ~ "', id) as id, concat('" ~ prefix ~ "', new_id) as new_id from "
    ~ ids ~ " where kind = 'event'"
  ) -%}
{%- endmacro %}


{#- The rows of a table, with `_is_theirs`. columns: those that are selected, all without it. -#}
{% macro with_owner(relation, columns, selected='*') -%}
  {%- set ids = columns | selectattr('class', 'equalto', 'id') | list -%}
  {%- set new_ids = [] -%}
  {%- for column in ids -%}{%- do new_ids.append('ids_' ~ loop.index ~ '._new_id') -%}{%- endfor -%}
  select {{ 'person_rows.*' if selected == '*' else selected }}, coalesce({{ new_ids | join(', ') or 'null' }}, cast(null as string)) is not null as _is_theirs
  from {{ relation }} as person_rows
  {%- for column in ids %}
  left join (select id as _old_id, new_id as _new_id from {{ lakehouse.forgetting_table('ids') }} where kind = '{{ column.of }}') as ids_{{ loop.index }}
    on {{ column.key }} = ids_{{ loop.index }}._old_id
  {%- endfor %}
{%- endmacro %}


{#-
  The values that bronze has of the people and of nobody else: `direct` and `indirect`, trimmed and in lower case. A
  device or country that others have, too, does not identify anybody. What is typed into a search box may be any word, so
  it is no evidence of a person elsewhere.
-#}
{% macro values_of_people(tables) -%}
  {%- set queries, found = [], {'direct': [], 'indirect': []} -%}
  {%- for table in tables if table.layer == 'bronze' and table.columns | selectattr('class', 'equalto', 'id') | list -%}
    {%- for column in table.columns if column['class'] != 'id' and not column.free_text -%}
      {%- set value = 'lower(' ~ lakehouse.trimmed(column.quoted) ~ ')' -%}
      {%- set rows = lakehouse.with_owner(table.relation, table.columns, value ~ ' as _value') -%}
      {%- do queries.append(
        "select '" ~ column['class'] ~ "' as _class, _value, _is_theirs from (" ~ rows ~ ") as owned where _value <> ''"
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set query -%}
    select _class, _value from ({{ queries | join(' union all ') }}) as all_values
    group by _class, _value having bool_and(_is_theirs)
  {%- endset -%}
  {%- set rows, sought = run_query(query).rows, [] -%}
  {%- for row in rows -%}
    {%- do sought.append({'kind': row[0], 'value': row[1]}) -%}
  {%- endfor -%}
  {%- set common = lakehouse.common_values(sought) if sought else [] -%}
  {%- for row in rows if row[1] not in common -%}
    {%- do found[row[0]].append(row[1]) -%}
  {%- endfor -%}
  {{ return(found) }}
{%- endmacro %}


{#- Values that are also in columns that are not personal, such as the name of a product. -#}
{% macro common_values(sought) -%}
  {%- set values, queries = lakehouse.values_as_rows('values_of_people', sought), [] -%}
  {%- for name in lakehouse.landing_exports() -%}
    {%- set node = lakehouse.node_of('stg_' ~ name) -%}
    {%- set relation = lakehouse.relation_of_node(node) -%}
    {%- set personal = lakehouse.personal_columns(node, relation) | map(attribute='name') | list -%}
    {%- for column in adapter.get_columns_in_relation(relation) if column.dtype == 'string' and not column.name.startswith('_') -%}
      {%- if column.name not in personal -%}
        {%- do queries.append(
          'select sought.value from ' ~ relation ~ ' as delivered inner join ' ~ values ~ ' as sought on lower('
          ~ lakehouse.trimmed('delivered.' ~ column.quoted) ~ ') = sought.value'
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(lakehouse.get_column_values('select distinct value from (' ~ queries | join(' union all ') ~ ') as found')) }}
{%- endmacro %}


{#-
  Rows that are removed whole: rows in quarantine, since it is not known what is in which column; unparsable lines; and
  all rows of sources other than `native`, since only the mapping knows their fields.
-#}
{% macro find_rows_of_people(values) -%}
  {%- set ids, queries = lakehouse.forgetting_table('ids'), [] -%}
  {%- set provenance = '_source_file, _row_number, _batch_id' -%}
  {%- for entity in lakehouse.entities() -%}
    {%- set node = lakehouse.node_of('int_' ~ entity ~ '_checked') -%}
    {%- set relation, mapped = lakehouse.relation_of_node(node), lakehouse.is_mapped(entity) -%}
    {%- set columns = lakehouse.personal_columns(node, relation) -%}
    {%- if columns | selectattr('class', 'equalto', 'id') | list -%}
      {%- set export = "concat('" ~ lakehouse.entity_source(entity) ~ "_', _export)" if mapped else "'" ~ entity ~ "'" -%}
      {%- set removed = 'true' if mapped else 'broken_rule is not null' -%}
      {%- set selected = export ~ " as export, '" ~ entity ~ "' as entity, broken_rule, " ~ provenance -%}
      {%- do queries.append(
        'select export, entity, ' ~ provenance ~ ', ' ~ removed ~ ' as is_removed from ('
        ~ lakehouse.with_owner(relation, columns, selected) ~ ') as owned where _is_theirs'
        ~ (' and broken_rule is not null' if not mapped and entity != 'refunds')
      ) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set unparsable = lakehouse.relation_of_node(lakehouse.node_of('stg_unparsable_rows')) -%}
  {%- for name, export in lakehouse.landing_exports().items() if lakehouse.id_kinds(export.declared) -%}
    {%- set query -%}
      select '{{ name }}' as export, '{{ name }}' as entity, {{ provenance }}, true as is_removed
      from (
        select {{ provenance }}, explode(split(raw_row, '[,;\t"]')) as _token from {{ unparsable }} where entity = '{{ name }}'
      ) as tokens
      inner join (
        select distinct id from {{ ids }} where kind in ('{{ lakehouse.id_kinds(export.declared).values() | unique | join("', '") }}')
      ) as ids on {{ lakehouse.identifier('_token', export) }} = ids.id
    {%- endset -%}
    {%- do queries.append(query) -%}
  {%- endfor -%}
  {%- set texts = lakehouse.long_values(values) -%}
  {%- for relation, condition in [
    [unparsable, 'true'],
    [
      lakehouse.relation_of_node(lakehouse.node_of('quarantine')),
      "rule not in ('unparsable_row', '" ~ lakehouse.refusals() | join("', '") ~ "')"
    ]
  ] if texts -%}
    {%- set query -%}
      select entity as export, entity, {{ provenance }}, true as is_removed
      from {{ relation }} cross join {{ texts }} as sought where {{ condition }} and instr(lower(raw_row), sought.value) > 0
    {%- endset -%}
    {%- do queries.append(query) -%}
  {%- endfor -%}
  {%- do lakehouse.create_forgetting_table(
    'rows', 'select export, entity, ' ~ provenance ~ ', bool_or(is_removed) as is_removed from (' ~ queries | join(' union all ')
    ~ ') as found group by export, entity, ' ~ provenance
  ) -%}
{%- endmacro %}


{#- The values that are long enough to search for within texts, as rows; empty if there are none. -#}
{% macro long_values(values) -%}
  {%- set found = [] -%}
  {%- for value in values.direct + values.indirect if value | length >= 6 -%}
    {%- do found.append({'kind': 'value', 'value': value}) -%}
  {%- endfor -%}
  {{ return(lakehouse.values_as_rows('values_of_people', found) if found else '') }}
{%- endmacro %}
