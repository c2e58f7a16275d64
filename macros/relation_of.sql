{% macro relation_of(model_name) -%}
  {{ return(load_relation(lakehouse.relation_of_node(lakehouse.node_of(model_name)))) }}
{%- endmacro %}


{% macro node_of(model_name) -%}
  {#- by its key: to go through dbt's graph takes a second #}
  {{ return(graph.nodes['model.' ~ project_name ~ '.' ~ model_name]) }}
{%- endmacro %}
