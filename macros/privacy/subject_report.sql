{#- Everything stored about a person, from bronze to the publications, as JSON. Nothing is changed. -#}
{% macro subject_report(customer_id=none, email=none, requests=none, path='build/subject_report.json') -%}
  {%- if execute -%}
    {%- do lakehouse.begin_on_people() -%}
    {%- set asked = lakehouse.requested_people(customer_id, email, requests) -%}
    {%- set wanted, tables = lakehouse.look_for(asked), {} -%}
    {%- for table in lakehouse.personal_tables() if wanted.counts.get(lakehouse.input_name(table.relation)) -%}
      {%- do tables.update({
        lakehouse.input_name(table.relation): lakehouse.rows_for_report(
          'select * from (' ~ lakehouse.with_owner(table.relation, table.columns) ~ ') as owned where _is_theirs'
        )
      }) -%}
    {%- endfor -%}
    {%- for relation in lakehouse.raw_relations() if relation.identifier != 'ingested_files' -%}
      {%- set rows = lakehouse.rows_for_report(lakehouse.raw_rows_of_people(relation)) -%}
      {%- if rows -%}{%- do tables.update({lakehouse.input_name(relation): rows}) -%}{%- endif -%}
    {%- endfor -%}
    {%- do lakehouse.end_forget() -%}
    {%- set report = {'asked_for': asked, 'written_at': lakehouse.now_utc(), 'landing_files': wanted.files, 'tables': tables} -%}
    {%- do lakehouse.write_subject_report(path, report) -%}
  {%- endif -%}
{%- endmacro %}


{% macro rows_for_report(query) -%}
  {%- set rows = [] -%}
  {%- for row in run_query(query).rows -%}
    {%- set fields = {} -%}
    {%- for name, value in row.dict().items() if name != '_is_theirs' -%}
      {%- do fields.update({name: none if value is none else value | string}) -%}
    {%- endfor -%}
    {%- do rows.append(fields) -%}
  {%- endfor -%}
  {{ return(rows) }}
{%- endmacro %}


{% macro write_subject_report(path, report) -%}
  {{ return(adapter.dispatch('write_subject_report', 'lakehouse')(path, report)) }}
{%- endmacro %}

{% macro spark_connect__write_subject_report(path, report) -%}
  {%- do log('Everything that is stored is in ' ~ adapter.write_subject_report(path, report) ~ '.', info=true) -%}
{%- endmacro %}

{#- dbt cannot write files itself. -#}
{% macro databricks__write_subject_report(path, report) -%}
  {%- do print(tojson(report)) -%}
{%- endmacro %}
