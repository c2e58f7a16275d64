{% macro generate_schema_name(custom_schema_name, node) -%}
  {%- if custom_schema_name is none -%}
    {{ target.schema }}
  {%- elif target.schema == 'lakehouse' -%}
    {{ custom_schema_name | trim }}
  {%- else -%}
    {{ target.schema }}_{{ custom_schema_name | trim }}
  {%- endif -%}
{%- endmacro %}


{#-
  What a run needs to find out only once. The only memory that dbt gives to macros during a run is its graph, which all
  nodes share.
-#}
{% macro run_memory() -%}
  {%- if graph.get('lakehouse_run', {}).get('invocation_id') != invocation_id -%}
    {%- do graph.update(lakehouse_run={'invocation_id': invocation_id, 'tables': {}}) -%}
  {%- endif -%}
  {{ return(graph['lakehouse_run']) }}
{%- endmacro %}


{#- The models, snapshots and seeds of the project that are tables, whether they exist or not. -#}
{% macro table_nodes() -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'table_nodes' not in memory -%}
    {%- set nodes = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type in ['model', 'seed', 'snapshot'] -%}
      {%- if node.package_name == project_name and node.config.materialized not in ['view', 'ephemeral'] -%}
        {%- do nodes.append(node) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do memory.update(table_nodes=nodes) -%}
  {%- endif -%}
  {{ return(memory.table_nodes) }}
{%- endmacro %}


{% macro node_of(model_name) -%}
  {#- by its key: searching dbt's graph takes a second #}
  {{ return(graph.nodes['model.' ~ project_name ~ '.' ~ model_name]) }}
{%- endmacro %}


{% macro relation_of(model_name) -%}
  {{ return(load_relation(lakehouse.relation_of_node(lakehouse.node_of(model_name)))) }}
{%- endmacro %}


{% macro relation_of_node(node) -%}
  {{ return(api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias)) }}
{%- endmacro %}


{% macro get_column_values(query) -%}
  {{ return(run_query(query).columns[0].values() | sort if execute else []) }}
{%- endmacro %}


{% macro text_literal(text) -%}
  '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}


{% macro whole_number_var(name, lowest, highest=none) -%}
  {%- set value = var(name) -%}
  {%- if value is not integer or value < lowest or (highest is not none and value > highest) -%}
    {%- do exceptions.raise_compiler_error(
      'The variable `' ~ name ~ "` is '" ~ value ~ "': it has to be a whole number from " ~ lowest
      ~ (' to ' ~ highest if highest is not none) ~ '.'
    ) -%}
  {%- endif -%}
  {{ return(value) }}
{%- endmacro %}
