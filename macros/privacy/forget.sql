{#-
  A person is forgotten in steps, each of which can be repeated. First, their rows and values are found and stored in
  two tables and a file that only the owner can read. Then an event in the log of the runs records that it has begun:
  from then on, the next command finishes a killed one.
-#}
{% macro forget(customer_id=none, email=none, requests=none, check=false) -%}
  {%- if execute -%}
    {%- do lakehouse.begin_on_people() -%}
    {%- set asked = lakehouse.requested_people(customer_id, email, requests) -%}
    {%- if check -%}
      {%- do lakehouse.check_forgotten(asked) -%}
    {%- else -%}
      {%- do lakehouse.plan_forget(asked) -%}
      {%- do lakehouse.carry_out_forget() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{#- Every command on people begins with it: an error where nobody can be forgotten yet, before anything is written. -#}
{% macro begin_on_people() -%}
  {%- do lakehouse.check_can_forget() -%}
  {%- do lakehouse.finish_restore() -%}
  {%- do lakehouse.finish_forget() -%}
{%- endmacro %}


{#- Finish an interrupted forget; if it had changed nothing yet, it is dropped. -#}
{% macro finish_forget() -%}
  {%- set last = lakehouse.run_log() | selectattr('event', 'in', ['forget', 'forgotten']) | list | last -%}
  {%- if last and last.event == 'forget' -%}
    {%- do log('Forgetting ' ~ last.people | length ~ ' people was interrupted. It is finished first.', info=true) -%}
    {%- do lakehouse.carry_out_forget() -%}
  {%- elif load_relation(lakehouse.forgetting_table('ids')) is not none -%}
    {%- do lakehouse.end_forget() -%}
  {%- endif -%}
{%- endmacro %}


{#- Nothing of what was looked for is kept. -#}
{% macro end_forget() -%}
  {%- do lakehouse.drop_forgetting_tables() -%}
  {%- do lakehouse.drop_forget_plan() -%}
{%- endmacro %}


{% macro plan_forget(asked) -%}
  {%- set policy = var('forget_orders') -%}
  {%- if policy not in ['anonymise', 'delete'] -%}
    {%- do exceptions.raise_compiler_error("The variable `forget_orders` is '" ~ policy ~ "': it has to be anonymise or delete.") -%}
  {%- endif -%}
  {%- do lakehouse.check_everything_is_loaded() -%}
  {%- set plan = lakehouse.look_for(asked) -%}
  {%- do lakehouse.keep_forget_plan(plan) -%}
  {%- set last = lakehouse.run_log() | selectattr('event', 'equalto', 'forget') | list | last -%}
  {%- set number = last.number + 1 if last else 1 -%}
  {%- do lakehouse.add_to_run_log({
    'event': 'forget', 'number': number, 'people': lakehouse.hashes_of_people(asked), 'policy': policy, 'before': plan.counts, 'versions': lakehouse.table_versions(),
    'started_at': run_started_at.strftime('%Y-%m-%d %H:%M:%S'), 'files': plan.files
  }) -%}
{%- endmacro %}


{#- A batch that a killed run did not write to bronze would bring them back, unnoticed by the ledger. -#}
{% macro check_everything_is_loaded() -%}
  {%- set ledger = lakehouse.relation_of('ingested_files') -%}
  {%- if ledger is none -%}
    {%- do exceptions.raise_compiler_error('Nothing was loaded yet, so there is nobody to forget.') -%}
  {%- endif -%}
  {%- for name in lakehouse.landing_exports() -%}
    {%- set relation = lakehouse.relation_of('stg_' ~ name) -%}
    {%- set loaded = run_query('select max(_batch_id) from ' ~ relation).columns[0].values()[0] if relation is not none else none -%}
    {%- set last = run_query(
      'select max(batch_id) from ' ~ ledger ~ " where row_count > 0 and entity = '" ~ name ~ "'"
    ).columns[0].values()[0] -%}
    {%- if (last or 0) > (loaded or 0) -%}
      {%- do exceptions.raise_compiler_error(
        'Batch ' ~ last ~ ' of ' ~ name ~ ' is not loaded yet: a run was interrupted. Run `dbt build`, then this again.'
      ) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}


{#-
  Find the people's identifiers, rows and values: `ids` by kind, `columns` with the kind of each, `values`, those of
  them that are `indirect`, `counts` of rows by table, and the landing `files` that contain them.
-#}
{% macro look_for(asked) -%}
  {%- set tables = lakehouse.personal_tables() -%}
  {%- do lakehouse.find_people(asked) -%}
  {%- set found = lakehouse.values_of_people(tables) -%}
  {%- do lakehouse.find_rows_of_people(found) -%}
  {%- set ids, columns = {}, {} -%}
  {%- for row in run_query('select kind, id from ' ~ lakehouse.forgetting_table('ids')).rows -%}
    {%- do ids.setdefault(row[0], []).append(row[1]) -%}
  {%- endfor -%}
  {%- for table in tables -%}
    {%- for column in lakehouse.leading_ids(table) -%}{%- do columns.update({column.name: column.of}) -%}{%- endfor -%}
  {%- endfor -%}
  {#- a day or a number that nobody else has is still that of something else -#}
  {%- set words = [] -%}
  {%- for value in found.indirect if modules.re.search('[a-su-y]', value) -%}{%- do words.append(value) -%}{%- endfor -%}
  {%- set emails = asked | selectattr('kind', 'equalto', 'email') | map(attribute='value') | list -%}
  {{ return({
    'ids': ids, 'columns': columns, 'emails': emails, 'values': (found.direct + words + emails) | unique | list,
    'indirect': found.indirect, 'counts': lakehouse.count_rows_of_people(tables), 'files': lakehouse.files_of_people(tables)
  }) }}
{%- endmacro %}


{% macro count_rows_of_people(tables) -%}
  {%- set counts = {} -%}
  {%- for table in tables if table.columns | selectattr('class', 'equalto', 'id') | list -%}
    {%- set rows = lakehouse.with_owner(table.relation, table.columns, '1 as one') -%}
    {%- do counts.update({
      lakehouse.input_name(table.relation): run_query('select count(*) from (' ~ rows ~ ') as owned where _is_theirs').rows[0][0] | int
    }) -%}
  {%- endfor -%}
  {%- for relation in lakehouse.raw_relations() if relation.identifier != 'ingested_files' -%}
    {%- do counts.update({
      lakehouse.input_name(relation): run_query('select count(*) from (' ~ lakehouse.raw_rows_of_people(relation) ~ ') as theirs').rows[0][0] | int
    }) -%}
  {%- endfor -%}
  {{ return(counts) }}
{%- endmacro %}


{#- Rows in quarantine, or unparsable lines. -#}
{% macro raw_rows_of_people(relation) -%}
  select person_rows.*
  from {{ relation }} as person_rows
  left semi join {{ lakehouse.forgetting_table('rows') }} as theirs
    on
      person_rows.entity = theirs.entity
      and person_rows._source_file = theirs._source_file
      and person_rows._row_number = theirs._row_number
      and person_rows._batch_id = theirs._batch_id
{%- endmacro %}


{#- Files in the landing folder belong to the shop: they are named and left unchanged. -#}
{% macro files_of_people(tables) -%}
  {%- set queries = ['select _source_file from ' ~ lakehouse.forgetting_table('rows')] -%}
  {%- for table in tables if table.layer == 'bronze' and table.columns | selectattr('class', 'equalto', 'id') | list -%}
    {%- do queries.append(
      'select _source_file from (' ~ lakehouse.with_owner(table.relation, table.columns, '_source_file') ~ ') as owned where _is_theirs'
    ) -%}
  {%- endfor -%}
  {%- set present = lakehouse.landing_files() -%}
  {{ return(lakehouse.get_column_values(queries | join(' union ')) | select('in', present) | list) }}
{%- endmacro %}


{% macro carry_out_forget() -%}
  {%- set event = lakehouse.run_log() | selectattr('event', 'equalto', 'forget') | list | last -%}
  {%- set plan, tables = lakehouse.forget_plan(), lakehouse.personal_tables() -%}
  {%- do lakehouse.remember_forgotten(event, dict(plan.ids, email=plan.emails, value=plan['values'])) -%}
  {%- do lakehouse.forget_raw_rows() -%}
  {%- do lakehouse.forget_rows(tables, event.policy, plan.indirect) -%}
  {%- do lakehouse.count_files_again() -%}
  {%- set after = lakehouse.count_rows_of_people(tables) -%}
  {%- set removed = lakehouse.forget_files(tables, plan) -%}
  {%- set left = lakehouse.find_what_is_left(plan, []) -%}
  {%- set report = {
    'number': event.number, 'people': event.people, 'policy': event.policy, 'started_at': event.started_at, 'ended_at': lakehouse.now_utc(),
    'rows': lakehouse.compared_counts(event.before, after), 'versions_before': event.versions,
    'versions_after': lakehouse.table_versions(), 'removed': removed, 'landing_files': event.files, 'left': left
  } -%}
  {%- set path = lakehouse.keep_forget_report(report) -%}
  {%- do lakehouse.add_to_run_log({'event': 'forgotten', 'number': event.number}) -%}
  {%- do lakehouse.end_forget() -%}
  {%- if left -%}
    {%- do exceptions.raise_compiler_error(
      'All rows of these people are changed, but something of them is left in:\n' ~ left | join('\n') ~ '\nThe report is in '
      ~ path ~ '.'
    ) -%}
  {%- endif -%}
  {%- do lakehouse.say_forgotten(event, path) -%}
{%- endmacro %}


{% macro hashes_of_people(asked) -%}
  {%- set hashes = [] -%}
  {%- for person in asked -%}{%- do hashes.append(lakehouse.person_hash(person.kind, person.value)) -%}{%- endfor -%}
  {{ return(hashes) }}
{%- endmacro %}


{% macro compared_counts(before, after) -%}
  {%- set rows = {} -%}
  {%- for name, count in before.items() if count -%}
    {%- do rows.update({name: {'before': count, 'after': after.get(name, 0)}}) -%}
  {%- endfor -%}
  {{ return(rows) }}
{%- endmacro %}


{% macro now_utc() -%}
  {{ return(modules.datetime.datetime.now(modules.pytz.utc).strftime('%Y-%m-%d %H:%M:%S')) }}
{%- endmacro %}


{% macro say_forgotten(event, path) -%}
  {%- do log('Forgotten, and nothing is left in the warehouse. The report is in ' ~ path ~ '.', info=true) -%}
  {%- if event.files -%}
    {%- do log(
      'These files of the landing folder still have the data; they are yours to change: ' ~ event.files | join(', ') ~ '.', info=true
    ) -%}
  {%- endif -%}
  {%- do log('`dbt build` brings what readers see up to date.', info=true) -%}
{%- endmacro %}


{#-
  Earlier versions of the tables, staged files, publications, stored failures, and files generated from the tables.
-#}
{% macro forget_files(tables, plan) -%}
  {%- do lakehouse.remove_staged_files() -%}
  {%- if lakehouse.is_in_folder() -%}{%- do adapter.purge_publications(lakehouse.reporting_schema()) -%}{%- endif -%}
  {%- set audit = lakehouse.generate_schema_name('dbt_test__audit', none) | trim -%}
  {%- if adapter.check_schema_exists(target.database, audit) -%}
    {%- do adapter.drop_schema(api.Relation.create(database=target.database, schema=audit)) -%}
  {%- endif -%}
  {%- set removed = {} -%}
  {%- for relation in tables | map(attribute='relation') | list + lakehouse.raw_relations() -%}
    {%- do removed.update({lakehouse.input_name(relation): lakehouse.purge_table(relation)}) -%}
  {%- endfor -%}
  {{ return({'files_of_tables': removed, 'files': lakehouse.remove_made_files(plan)}) }}
{%- endmacro %}


{% macro raw_relations() -%}
  {%- set relations = [] -%}
  {%- for name in lakehouse.tables_of_raw_rows() -%}{%- do relations.append(lakehouse.relation_of(name)) -%}{%- endfor -%}
  {{ return(relations) }}
{%- endmacro %}


{#- Look for people without changing anything, and fail if any of their data is left. -#}
{% macro check_forgotten(asked) -%}
  {%- set wanted, left = lakehouse.look_for(asked), [] -%}
  {%- for name, count in wanted.counts.items() if count -%}{%- do left.append(name ~ ': ' ~ count ~ ' rows') -%}{%- endfor -%}
  {%- do left.extend(lakehouse.find_what_is_left(wanted, lakehouse.hashes_of_people(asked))) -%}
  {%- do lakehouse.end_forget() -%}
  {%- if left -%}
    {%- do exceptions.raise_compiler_error('Something is left in:\n' ~ left | join('\n')) -%}
  {%- endif -%}
  {#- what dbt itself logs about the command is removed when it has ended -#}
  {%- do lakehouse.remove_made_files(wanted) -%}
  {%- do log('Nothing is left.', info=true) -%}
{%- endmacro %}
