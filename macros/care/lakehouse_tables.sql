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
