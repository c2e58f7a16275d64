{#-
  Reporting tables are built in the schema `candidate` and published to the schema `reporting`, all at once, after every
  test has passed on exactly the tables that they were built from. docs/architecture.md explains how.
-#}

{#- At the end of every run. -#}
{% macro publish_what_passed() -%}
  {%- if execute and flags.WHICH in ['build', 'run', 'test', 'seed', 'snapshot'] -%}
    {%- set candidates = lakehouse.candidate_nodes() -%}
    {%- set states = lakehouse.states_of(candidates) -%}
    {%- set history = lakehouse.publications_of(lakehouse.reporting_schema()) -%}
    {%- if states | length == candidates | length and not lakehouse.was_published(states, history) -%}
      {%- set evidence = lakehouse.publication_evidence(candidates) -%}
      {%- if evidence.blockers -%}
        {%- do exceptions.warn(lakehouse.not_published(evidence.blockers, history)) -%}
      {%- elif not lakehouse.is_shown(states, history) or history[-1].reason -%}
        {%- do lakehouse.switch_publication(candidates, lakehouse.publication_record(evidence)) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{% macro publish(reason=none, by=none) -%}
  {%- if execute -%}
    {%- if (reason or '') | trim and not (by or '') | trim or (by or '') | trim and not (reason or '') | trim -%}
      {%- do exceptions.raise_compiler_error(
        "To publish past the tests needs both who does it and why: --args '{by: Jo Smith, reason: \"...\"}'."
      ) -%}
    {%- endif -%}
    {%- set candidates = lakehouse.candidate_nodes() -%}
    {%- set states = lakehouse.states_of(candidates) -%}
    {%- set missing = candidates | rejectattr('unique_id', 'in', states) | map(attribute='alias') | list -%}
    {%- if missing -%}
      {%- do exceptions.raise_compiler_error(
        'There is nothing to publish: ' ~ missing | join(', ') ~ ' was not built yet. `dbt build` builds it.'
      ) -%}
    {%- endif -%}
    {%- set history = lakehouse.publications_of(lakehouse.reporting_schema()) -%}
    {%- set evidence = lakehouse.publication_evidence(candidates) -%}
    {%- if lakehouse.is_shown(states, history) and (evidence.blockers or not history[-1].reason) -%}
      {%- do log('There is nothing to publish: publication ' ~ history[-1].publication_id ~ ' shows these tables.', info=true) -%}
    {%- else -%}
      {%- if evidence.blockers and not reason -%}
        {%- do exceptions.raise_compiler_error(lakehouse.not_published(evidence.blockers, history)) -%}
      {%- endif -%}
      {%- do lakehouse.switch_publication(
        candidates, lakehouse.publication_record(evidence, by, reason if evidence.blockers else none)
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{% macro roll_back(by, reason, publication=none) -%}
  {%- if execute -%}
    {%- set history = lakehouse.publications_of(lakehouse.reporting_schema()) -%}
    {%- set shown = history[-1].content_id if history else none -%}
    {%- set earlier = history | selectattr('content_id', 'lt', shown) | map(attribute='content_id') | list if history else [] -%}
    {%- set content = publication if publication is not none else earlier | max if earlier else none -%}
    {%- set found = history | selectattr('publication_id', 'equalto', content) | list -%}
    {%- if not found -%}
      {%- do exceptions.raise_compiler_error(
        'There is no publication ' ~ (content or 'before this one') ~ '. `dbt run-operation publications` lists them.'
      ) -%}
    {%- endif -%}
    {%- set record = {
      'published_by': by, 'reason': 'Rolled back to publication ' ~ found[0].content_id ~ ': ' ~ reason,
      'invocation_id': invocation_id, 'tables': found[0].tables, 'tests': found[0].tests
    } -%}
    {%- do lakehouse.switch_back(found[0].content_id, record) -%}
  {%- endif -%}
{%- endmacro %}


{% macro publications() -%}
  {%- if execute -%}
    {%- set schema = lakehouse.reporting_schema() -%}
    {%- set history = lakehouse.publications_of(schema) -%}
    {%- set line = '%-4s %-17s %-16s %-28s %s' -%}
    {%- do print(line | format('', 'published at, UTC', 'by', 'tests', 'reason')) -%}
    {%- for row in history[-20:] -%}
      {%- set verdicts = row.tests.values() | list -%}
      {%- set passed = verdicts | select('equalto', 'pass') | list | length -%}
      {%- do print((line | format(
        row.publication_id, row.published_at.strftime('%Y-%m-%d %H:%M'), row.published_by[:16],
        passed ~ ' of ' ~ verdicts | length ~ ' passed', row.reason or ''
      )).rstrip()) -%}
    {%- endfor -%}
    {%- do lakehouse.print_waiting(history) -%}
  {%- endif -%}
{%- endmacro %}


{% macro print_waiting(history) -%}
  {%- set candidates = lakehouse.candidate_nodes() -%}
  {%- set states = lakehouse.states_of(candidates) -%}
  {%- if lakehouse.is_shown(states, history) -%}
    {%- do print('Nothing is waiting.') -%}
  {%- else -%}
    {%- set line = '%-26s %10s %10s %10s %10s' -%}
    {%- do print('') -%}
    {%- do print(line | format('waiting', 'shown', 'waiting', 'new rows', 'gone rows')) -%}
    {%- for node in candidates if node.unique_id in states -%}
      {%- set candidate, shown = lakehouse.relation_of_node(node), load_relation(lakehouse.published(node)) -%}
      {%- set columns, selected = adapter.get_columns_in_relation(candidate) | map(attribute='quoted') | join(', '), [] -%}
      {%- for column in adapter.get_columns_in_relation(candidate) -%}
        {%- do selected.append(lakehouse.shown_to_readers(node, column)) -%}
      {%- endfor -%}
      {%- set of_candidate = 'select ' ~ selected | join(', ') ~ ' from ' ~ candidate -%}
      {%- set same = shown is not none
        and adapter.get_columns_in_relation(shown) | map(attribute='quoted') | join(', ') == columns -%}
      {%- set of_shown = 'select ' ~ columns ~ ' from ' ~ (shown if same else candidate ~ ' where false') -%}
      {%- set counts = run_query(
        'select (select count(*) from (' ~ of_shown ~ ') as a), (select count(*) from (' ~ of_candidate ~ ') as b), '
        ~ '(select count(*) from (' ~ of_candidate ~ ' except all ' ~ of_shown ~ ') as c), '
        ~ '(select count(*) from (' ~ of_shown ~ ' except all ' ~ of_candidate ~ ') as d)'
      ).rows[0] -%}
      {%- do print(line | format(node.alias, counts[0], counts[1], counts[2], counts[3])) -%}
    {%- endfor -%}
    {%- for blocker in lakehouse.publication_evidence(candidates).blockers -%}
      {%- do print(blocker) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{#- The models whose tables are published: those of models/reporting. -#}
{% macro candidate_nodes() -%}
  {%- set nodes = [] -%}
  {%- for node in lakehouse.table_nodes() if node.fqn[1] == 'reporting' -%}
    {%- do nodes.append(node) -%}
  {%- endfor -%}
  {{ return(nodes) }}
{%- endmacro %}


{% macro reporting_schema() -%}
  {{ return(lakehouse.generate_schema_name('reporting', none) | trim) }}
{%- endmacro %}


{#- The published table of a reporting model, which is given by its node or by ref(). -#}
{% macro published(candidate) -%}
  {{ return(api.Relation.create(
    database=candidate.database, schema=lakehouse.reporting_schema(), identifier=candidate.identifier or candidate.alias
  )) }}
{%- endmacro %}


{% macro states_of(nodes) -%}
  {%- set states = {} -%}
  {%- for node in nodes -%}
    {%- set state = lakehouse.table_state(lakehouse.relation_of_node(node)) -%}
    {%- if state -%}
      {%- do states.update({node.unique_id: state}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(states) }}
{%- endmacro %}


{% macro is_shown(states, history) -%}
  {{ return(history | length > 0 and lakehouse.has_states(history[-1], states)) }}
{%- endmacro %}


{#- True if these tables were published before after their tests. A run does not undo what somebody rolled back. -#}
{% macro was_published(states, history) -%}
  {%- for row in history if not row.reason and lakehouse.has_states(row, states) -%}
    {{ return(true) }}
  {%- endfor -%}
  {{ return(false) }}
{%- endmacro %}


{% macro has_states(row, states) -%}
  {%- for unique_id, state in states.items() if row.tables.get(unique_id) != state -%}
    {{ return(false) }}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}


{#-
  The evidence for and against a publication: `tables`, the state of each table that the candidates were built from,
  `tests`, the verdict of each test, and `blockers`, a sentence for each reason not to publish.
-#}
{% macro publication_evidence(candidates) -%}
  {%- set tables, tests, blockers, waiting, outdated = {}, {}, [], candidates | list, [] -%}
  {%- for node in waiting if node.unique_id not in tables -%}
    {%- do tables.update({node.unique_id: lakehouse.table_state(lakehouse.relation_of_node(node))}) -%}
    {%- if node.fqn[1] != 'staging' -%}
      {%- do waiting.extend(lakehouse.read_tables(node)) -%}
      {%- set inputs = lakehouse.outdated_inputs(node) if node.resource_type != 'seed' else [] -%}
      {%- if inputs -%}
        {%- do outdated.append(node.schema ~ '.' ~ node.alias ~ ' (' ~ inputs | join(', ') ~ ')') -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if outdated -%}
    {%- do blockers.append('Not built from what the tables in brackets hold now: ' ~ lakehouse.shortened(outdated) ~ '.') -%}
  {%- endif -%}
  {%- set kept, failed, not_run = lakehouse.kept_verdicts(), [], [] -%}
  {#- dbt lists the tests of a disabled seed without any inputs, and does not run them -#}
  {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.package_name == project_name
      and node.depends_on.nodes -%}
    {%- set verdict = lakehouse.test_verdict(node, kept) -%}
    {%- do tests.update({node.name: verdict or 'not run'}) -%}
    {%- if node.config.severity | lower == 'error' -%}
      {%- if verdict == 'fail' -%}{%- do failed.append(node.name) -%}{%- endif -%}
      {%- if not verdict -%}{%- do not_run.append(node.name) -%}{%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if failed -%}
    {%- do blockers.append('Failed: ' ~ lakehouse.shortened(failed | sort) ~ '.') -%}
  {%- endif -%}
  {%- if not_run -%}
    {%- do blockers.append('Not run on these tables: ' ~ lakehouse.shortened(not_run | sort) ~ '.') -%}
  {%- endif -%}
  {{ return({'tables': tables, 'tests': tests, 'blockers': blockers}) }}
{%- endmacro %}


{% macro shortened(names) -%}
  {{ return(names[:5] | join(', ') ~ (' and ' ~ (names | length - 5) ~ ' more' if names | length > 5 else '')) }}
{%- endmacro %}


{% macro not_published(blockers, history) -%}
  {%- set shown = 'Readers still see publication ' ~ history[-1].publication_id ~ ' of '
    ~ history[-1].published_at.strftime('%Y-%m-%d %H:%M') ~ ' UTC.' if history else 'Nothing was published yet.' -%}
  {{ return('Not published. ' ~ blockers | join(' ') ~ ' ' ~ shown) }}
{%- endmacro %}


{% macro publication_record(evidence, by=none, reason=none) -%}
  {{ return({
    'published_by': by or lakehouse.current_user_name(), 'reason': reason, 'invocation_id': invocation_id,
    'tables': evidence.tables, 'tests': evidence.tests
  }) }}
{%- endmacro %}


{% macro current_user_name() -%}
  {{ return(adapter.dispatch('current_user_name', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__current_user_name() -%}
  {{ return(run_query('select current_user()').columns[0].values()[0]) }}
{%- endmacro %}

{% macro spark_connect__current_user_name() -%}
  {{ return(adapter.user()) }}
{%- endmacro %}
