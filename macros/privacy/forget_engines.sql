{#-
  What each engine stores about forgotten people, and where: on the engines of dbt-spark-connect the folder
  `_forget` of the warehouse, see the adapter; on Databricks tables in bronze, which only dbt's user may read.
-#}

{#- Forgetting in an object store is not possible yet. -#}
{% macro check_can_forget() -%}{{ return(adapter.dispatch('check_can_forget', 'lakehouse')()) }}{%- endmacro %}

{% macro spark_connect__check_can_forget() -%}{%- do adapter.forget_plan() -%}{%- endmacro %}

{% macro databricks__check_can_forget() -%}{%- endmacro %}


{#- The salted hash of an identifier or value. -#}
{% macro person_hash(kind, value) -%}
  {{ return(adapter.dispatch('person_hash', 'lakehouse')(kind, value)) }}
{%- endmacro %}

{% macro spark_connect__person_hash(kind, value) -%}{{ return(adapter.person_hash(kind, value)) }}{%- endmacro %}

{% macro databricks__person_hash(kind, value) -%}
  {{ return(run_query('select ' ~ lakehouse.salted_hash("'" ~ kind ~ "'", lakehouse.text_literal(value))).columns[0].values()[0]) }}
{%- endmacro %}

{% macro salted_hash(kind, value) -%}
  {%- set table = lakehouse.forget_table('salt', 'salt string', "select concat(uuid(), uuid())") -%}
  sha2(concat((select max(salt) from {{ table }}), '\n', {{ kind }}, '\n', {{ value }}), 256)
{%- endmacro %}

{#- One of the tables, which is created on first use. first: a query for its first rows. -#}
{% macro forget_table(name, columns, first=none) -%}
  {%- set table = api.Relation.create(
    database=target.database, schema=lakehouse.generate_schema_name('bronze', none) | trim, identifier='forgotten_' ~ name, type='table'
  ) -%}
  {%- if load_relation(table) is none -%}
    {%- do run_query('create table if not exists ' ~ table ~ ' (' ~ columns ~ ') using delta') -%}
    {%- if first -%}{%- do run_query('insert into ' ~ table ~ ' ' ~ first) -%}{%- endif -%}
    {%- do adapter.cache_added(table) -%}
  {%- endif -%}
  {{ return(table) }}
{%- endmacro %}


{#- Keep hashes of people's identifiers and values by kind. -#}
{% macro remember_forgotten(event, found) -%}
  {{ return(adapter.dispatch('remember_forgotten', 'lakehouse')(event, found)) }}
{%- endmacro %}

{% macro spark_connect__remember_forgotten(event, found) -%}
  {%- do adapter.remember_forgotten(event.number, event.people, found) -%}
{%- endmacro %}

{% macro databricks__remember_forgotten(event, found) -%}
  {%- do run_query(
    'merge into ' ~ lakehouse.forget_table('people', 'number bigint, kind string, hash string') ~ ' as kept using (select '
    ~ event.number ~ ' as number, kind, ' ~ lakehouse.salted_hash('kind', 'id') ~ ' as hash from '
    ~ lakehouse.forgetting_table('ids') ~ ') as found on kept.hash = found.hash when not matched then insert *'
  ) -%}
{%- endmacro %}


{#- What to look for while people are being forgotten; none if there is no plan. -#}
{% macro forget_plan() -%}{{ return(adapter.dispatch('forget_plan', 'lakehouse')()) }}{%- endmacro %}

{% macro spark_connect__forget_plan() -%}{{ return(adapter.forget_plan()) }}{%- endmacro %}

{% macro databricks__forget_plan() -%}
  {{ return(fromjson(run_query('select max(plan) from ' ~ lakehouse.forget_table('plan', 'plan string')).columns[0].values()[0])) }}
{%- endmacro %}


{% macro keep_forget_plan(plan) -%}{{ return(adapter.dispatch('keep_forget_plan', 'lakehouse')(plan)) }}{%- endmacro %}

{% macro spark_connect__keep_forget_plan(plan) -%}{%- do adapter.keep_forget_plan(plan) -%}{%- endmacro %}

{% macro databricks__keep_forget_plan(plan) -%}
  {%- do run_query(
    'insert overwrite ' ~ lakehouse.forget_table('plan', 'plan string') ~ ' select ' ~ lakehouse.text_literal(tojson(plan))
  ) -%}
{%- endmacro %}


{% macro drop_forget_plan() -%}{{ return(adapter.dispatch('drop_forget_plan', 'lakehouse')()) }}{%- endmacro %}

{% macro spark_connect__drop_forget_plan() -%}{%- do adapter.drop_forget_plan() -%}{%- endmacro %}

{% macro databricks__drop_forget_plan() -%}
  {%- set table = load_relation(lakehouse.forgetting_table('ids').incorporate(path={'identifier': 'forgotten_plan'})) -%}
  {%- if table is not none -%}{%- do adapter.drop_relation(table) -%}{%- endif -%}
{%- endmacro %}


{#- Remove all but the current version of a table. -#}
{% macro purge_table(relation) -%}{{ return(adapter.dispatch('purge_table', 'lakehouse')(relation)) }}{%- endmacro %}

{% macro spark_connect__purge_table(relation) -%}{{ return(adapter.purge_table(relation)) }}{%- endmacro %}

{#-
  The next checkpoint truncates the log. Rows hidden by deletion vectors stay in their files until these are rewritten.
-#}
{% macro databricks__purge_table(relation) -%}
  {%- do run_query(
    'alter table ' ~ relation ~ " set tblproperties ('delta.deletedFileRetentionDuration' = 'interval 0 hours', "
    ~ "'delta.logRetentionDuration' = 'interval 0 hours')"
  ) -%}
  {%- do run_query('reorg table ' ~ relation ~ ' apply (purge)') -%}
  {%- do run_query('vacuum ' ~ relation ~ ' retain 0 hours') -%}
  {%- do run_query(
    'alter table ' ~ relation ~ " unset tblproperties ('delta.deletedFileRetentionDuration', 'delta.logRetentionDuration')"
  ) -%}
  {%- do lakehouse.forget_facts(relation) -%}
  {{ return(0) }}
{%- endmacro %}


{% macro remove_staged_files() -%}{{ return(adapter.dispatch('remove_staged_files', 'lakehouse')()) }}{%- endmacro %}

{% macro spark_connect__remove_staged_files() -%}{%- do adapter.clear_staged_files() -%}{%- endmacro %}

{% macro databricks__remove_staged_files() -%}{%- endmacro %}


{#- Remove files generated from the tables that contain one of the people; returns their paths. -#}
{% macro remove_made_files(wanted) -%}{{ return(adapter.dispatch('remove_made_files', 'lakehouse')(wanted)) }}{%- endmacro %}

{% macro spark_connect__remove_made_files(wanted) -%}
  {{ return(adapter.remove_made_files(wanted, var('made_folders'))) }}
{%- endmacro %}

{#- There, dbt runs in a job whose disk is discarded, and boards read the tables. -#}
{% macro databricks__remove_made_files(wanted) -%}{{ return([]) }}{%- endmacro %}


{#- The places in which something is left. people: hashes of who were forgotten before. -#}
{% macro find_what_is_left(wanted, people) -%}{{ return(adapter.dispatch('find_what_is_left', 'lakehouse')(wanted, people)) }}{%- endmacro %}

{% macro spark_connect__find_what_is_left(wanted, people) -%}
  {{ return(adapter.find_people(
    dict(wanted, invocation_id=invocation_id), people, var('made_folders'),
    [lakehouse.forgetting_table('ids'), lakehouse.forgetting_table('rows')]
  )) }}
{%- endmacro %}

{#- Only the tables are checked: the contents of files cannot be read there. -#}
{% macro databricks__find_what_is_left(wanted, people) -%}
  {%- set left = [] -%}
  {%- for name, count in lakehouse.count_rows_of_people(lakehouse.personal_tables()).items() if count -%}
    {%- do left.append(name ~ ': ' ~ count ~ ' rows') -%}
  {%- endfor -%}
  {{ return(left) }}
{%- endmacro %}


{#- Store the report of a forget, and return its location. -#}
{% macro keep_forget_report(report) -%}{{ return(adapter.dispatch('keep_forget_report', 'lakehouse')(report)) }}{%- endmacro %}

{% macro spark_connect__keep_forget_report(report) -%}{{ return(adapter.keep_forget_report(report)) }}{%- endmacro %}

{% macro databricks__keep_forget_report(report) -%}
  {%- set table = lakehouse.forget_table('reports', 'number bigint, report string') -%}
  {%- do run_query('insert into ' ~ table ~ ' select ' ~ report.number ~ ', ' ~ lakehouse.text_literal(tojson(report))) -%}
  {{ return(table | string) }}
{%- endmacro %}


{#- On Databricks, the condition of rows of a file that are of people who were forgotten; empty if nobody was. -#}
{% macro is_of_forgotten_people(path, columns) -%}
  {%- set people = load_relation(lakehouse.forgetting_table('ids').incorporate(path={'identifier': 'forgotten_people'})) -%}
  {%- set conditions = [] -%}
  {%- for export in (lakehouse.landing_exports().values() if people is not none else []) if lakehouse.is_of_export(path, export) -%}
    {%- for name, kind in lakehouse.id_kinds(export.declared).items() if name in columns -%}
      {%- set id = lakehouse.identifier(adapter.quote(name), export, kind) -%}
      {%- do conditions.append(
        'coalesce(' ~ lakehouse.salted_hash("'" ~ kind ~ "'", id) ~ ' in (select hash from ' ~ people ~ '), false)'
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(conditions | join(' or ')) }}
{%- endmacro %}
