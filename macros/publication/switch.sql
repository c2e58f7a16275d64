{#-
  How the tables of a publication are exchanged at once. In a warehouse folder, a link is renamed, see the adapter. A
  catalog or an object store has nothing like this for several tables: there, the rows of a publication are added to
  tables that hold several publications, and views show the one named by the last row of the table `publications`. That
  row is the switch.
-#}
{% macro switch_publication(candidates, record) -%}
  {%- set relations = {} -%}
  {%- for node in candidates -%}
    {%- do relations.update({node.alias: lakehouse.relation_of_node(node)}) -%}
  {%- endfor -%}
  {%- if lakehouse.is_in_folder() -%}
    {%- do adapter.publish(lakehouse.reporting_schema(), relations, record, var('publications_kept')) -%}
  {%- else -%}
    {%- set id = lakehouse.next_publication_id() -%}
    {%- for node in candidates -%}
      {%- do lakehouse.add_to_publication(node, id) -%}
    {%- endfor -%}
    {%- do lakehouse.add_publication(id, id, record) -%}
  {%- endif -%}
  {%- do lakehouse.say_published(record) -%}
{%- endmacro %}


{% macro switch_back(content_id, record) -%}
  {%- if lakehouse.is_in_folder() -%}
    {%- do adapter.republish(lakehouse.reporting_schema(), content_id, record, var('publications_kept')) -%}
  {%- else -%}
    {%- do lakehouse.add_publication(lakehouse.next_publication_id(), content_id, record) -%}
  {%- endif -%}
  {%- do lakehouse.say_published(record) -%}
{%- endmacro %}


{% macro say_published(record) -%}
  {%- do log('Published. ' ~ (record.reason or 'Every test passed on these tables.'), info=true) -%}
{%- endmacro %}


{% macro is_in_folder() -%}
  {{ return(adapter.dispatch('is_in_folder', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__is_in_folder() -%}{{ return(false) }}{%- endmacro %}

{% macro spark_connect__is_in_folder() -%}
  {{ return(adapter.has_links()) }}
{%- endmacro %}


{% macro publications_table() -%}
  {{ return(api.Relation.create(
    database=target.database, schema=lakehouse.reporting_schema(), identifier='publications', type='table'
  )) }}
{%- endmacro %}


{#- The publications, oldest first. -#}
{% macro publications_of(schema) -%}
  {%- if lakehouse.is_in_folder() -%}
    {{ return(adapter.publications(schema)) }}
  {%- endif -%}
  {%- set history, table = [], lakehouse.publications_table() -%}
  {%- if load_relation(table) is not none -%}
    {%- for row in run_query('select * from ' ~ table ~ ' order by publication_id').rows -%}
      {%- set row = row.dict() -%}
      {%- do row.update(tables=fromjson(row.tables), tests=fromjson(row.tests)) -%}
      {%- do history.append(row) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(history) }}
{%- endmacro %}


{% macro next_publication_id() -%}
  {%- set history = lakehouse.publications_of(lakehouse.reporting_schema()) -%}
  {{ return(history[-1].publication_id | int + 1 if history else 1) }}
{%- endmacro %}


{#- Add a candidate's rows to the table that holds several publications. Rows left by a killed run are replaced. -#}
{% macro add_to_publication(node, id) -%}
  {%- set candidate, view = lakehouse.relation_of_node(node), lakehouse.published(node) -%}
  {%- set rows = view.incorporate(path={'identifier': 'published_' ~ node.alias}, type='table') -%}
  {%- set columns = adapter.get_columns_in_relation(candidate) -%}
  {%- set names = columns | map(attribute='quoted') | join(', ') -%}
  {%- do lakehouse.create_publications_table() -%}
  {%- if load_relation(rows) is none -%}
    {%- do run_query(
      'create table ' ~ rows ~ ' using delta partitioned by (publication_id) ' ~ lakehouse.location_clause(rows)
      ~ ' as select cast(' ~ id ~ ' as bigint) as publication_id, ' ~ names ~ ' from ' ~ candidate ~ ' where false'
    ) -%}
    {%- do adapter.cache_added(rows) -%}
  {%- endif -%}
  {%- set existing = adapter.get_columns_in_relation(rows) | map(attribute='name') | list -%}
  {%- set added = [] -%}
  {%- for column in columns if column.name not in existing -%}
    {%- do added.append(column) -%}
  {%- endfor -%}
  {%- if added -%}
    {%- do alter_relation_add_remove_columns(rows, added, none) -%}
  {%- endif -%}
  {%- do run_query('delete from ' ~ rows ~ ' where publication_id >= ' ~ id) -%}
  {%- do run_query(
    'insert into ' ~ rows ~ ' (publication_id, ' ~ names ~ ') select ' ~ id ~ ', ' ~ names ~ ' from ' ~ candidate
  ) -%}
  {%- set shown = load_relation(view) -%}
  {%- if shown is not none and not shown.is_view -%}
    {#- from a version of the project without publications -#}
    {%- do adapter.drop_relation(shown) -%}
  {%- endif -%}
  {%- set selected = [] -%}
  {%- for column in columns -%}
    {%- do selected.append(lakehouse.shown_to_readers(node, column)) -%}
  {%- endfor -%}
  {%- do run_query(
    'create or replace view ' ~ view ~ ' as select ' ~ selected | join(', ') ~ ' from ' ~ rows
    ~ ' where publication_id = (select max_by(content_id, publication_id) from ' ~ lakehouse.publications_table() ~ ')'
  ) -%}
  {%- do adapter.cache_added(view.incorporate(type='view')) -%}
  {%- do lakehouse.let_read(view) -%}
{%- endmacro %}


{% macro create_publications_table() -%}
  {%- set table = lakehouse.publications_table() -%}
  {%- if load_relation(table) is none -%}
    {%- do adapter.create_schema(table) -%}
    {%- do run_query(
      'create table if not exists ' ~ table ~ ' (publication_id bigint, content_id bigint, published_at timestamp, '
      ~ 'published_by string, reason string, invocation_id string, tables string, tests string) using delta ' ~ lakehouse.location_clause(table)
    ) -%}
    {%- do adapter.cache_added(table) -%}
    {%- do lakehouse.let_read(table) -%}
  {%- endif -%}
{%- endmacro %}


{#- The location of a table in an object store without a catalog. -#}
{% macro location_clause(relation) -%}
  {{ return(adapter.dispatch('location_clause', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro default__location_clause(relation) -%}{{ return('') }}{%- endmacro %}

{% macro spark_connect__location_clause(relation) -%}
  {{ return(dbt_spark_connect_location_clause(relation)) }}
{%- endmacro %}


{#- One commit makes the switch. Then the rows of old publications are deleted. -#}
{% macro add_publication(id, content_id, record) -%}
  {%- set table = lakehouse.publications_table() -%}
  {%- set texts = [record.published_by, record.reason, record.invocation_id, tojson(record.tables), tojson(record.tests)] -%}
  {%- set values = [] -%}
  {%- for text in texts -%}
    {%- do values.append(lakehouse.text_literal(text) if text else 'null') -%}
  {%- endfor -%}
  {%- do run_query(
    'insert into ' ~ table ~ ' (publication_id, content_id, published_at, published_by, reason, invocation_id, tables, tests) '
    ~ 'values (' ~ id ~ ', ' ~ content_id ~ ', current_timestamp(), ' ~ values | join(', ') ~ ')'
  ) -%}
  {%- for node in lakehouse.candidate_nodes() -%}
    {%- set rows = load_relation(lakehouse.published(node).incorporate(path={'identifier': 'published_' ~ node.alias})) -%}
    {%- if rows is not none and id - var('publications_kept') > 0 -%}
      {%- do run_query(
        'delete from ' ~ rows ~ ' where publication_id <= ' ~ (id - var('publications_kept')) ~ ' and publication_id not in '
        ~ '(select content_id from ' ~ table ~ ' where publication_id > ' ~ (id - var('publications_kept')) ~ ')'
      ) -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}


{#- Readers get access to the published tables; nobody gets access to the candidates. -#}
{% macro let_read(relation) -%}
  {{ return(adapter.dispatch('let_read', 'lakehouse')(relation)) }}
{%- endmacro %}

{% macro default__let_read(relation) -%}{%- endmacro %}

{% macro databricks__let_read(relation) -%}
  {%- do run_query('grant select on ' ~ relation ~ ' to ' ~ adapter.quote(var('reader_group'))) -%}
{%- endmacro %}
