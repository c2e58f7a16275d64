{% macro relation_of(model_name) -%}
  {#- by its key: to go through dbt's graph takes a second #}
  {%- set node = graph.nodes['model.' ~ project_name ~ '.' ~ model_name] -%}
  {{ return(load_relation(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias))) }}
{%- endmacro %}
