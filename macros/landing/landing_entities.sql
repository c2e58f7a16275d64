{% macro landing_entities() -%}
  {%- set entities = {} -%}
  {%- for source in (graph.sources.values() if execute else []) if source.source_name == 'landing' -%}
    {%- do entities.update({source.name: source}) -%}
  {%- endfor -%}
  {{ return(entities) }}
{%- endmacro %}
