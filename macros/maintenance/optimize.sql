{% macro optimize_tables(retention_hours=168, table=none) -%}
  {%- if execute -%}
    {%- for relation in lakehouse.lakehouse_tables(table) -%}
      {%- do log(relation ~ ': ' ~ lakehouse.optimize_table(relation, retention_hours), info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{% macro optimize_table(relation, retention_hours) -%}
  {{ return(adapter.dispatch('optimize_table', 'lakehouse')(relation, retention_hours)) }}
{%- endmacro %}

{% macro databricks__optimize_table(relation, retention_hours) -%}
  {%- do run_query('optimize ' ~ relation) -%}
  {%- do run_query('vacuum ' ~ relation ~ ' retain ' ~ retention_hours ~ ' hours') -%}
  {{ return('small files joined, old files deleted') }}
{%- endmacro %}

{% macro spark_connect__optimize_table(relation, retention_hours) -%}
  {{ return(adapter.optimize_table(relation, retention_hours)) }}
{%- endmacro %}


{% macro lakehouse_tables(table=none) -%}
  {%- set found = [] -%}
  {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
    {%- set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
    {%- set relation = load_relation(relation) -%}
    {%- if relation is not none and relation.is_table and table in [none, relation.schema ~ '.' ~ relation.identifier] -%}
      {%- do found.append(relation) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if not found -%}
    {%- do exceptions.raise_compiler_error('There is no table ' ~ (table or 'of this project') ~ '.') -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}
