{#- The contents of the landing folder: the configured sources and their exports. docs/sources.md is the interface. -#}

{% macro source_names() -%}
  {%- set names = [] -%}
  {%- for name in (env_var('LAKEHOUSE_SOURCES', '') or var('sources')).split(',') if name.strip() -%}
    {%- do names.append(name.strip() | lower) -%}
  {%- endfor -%}
  {{ return(names | unique | list) }}
{%- endmacro %}


{% macro has_source(name) -%}
  {{ return(name in lakehouse.source_names()) }}
{%- endmacro %}


{#- All exports that the project knows; empty while dbt parses. -#}
{% macro known_exports() -%}
  {%- if not execute -%}{{ return({}) }}{%- endif -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'exports' not in memory -%}
    {%- set exports = {} -%}
    {%- for node in graph.sources.values() if node.package_name == project_name -%}
      {%- set native = node.source_name == 'landing' -%}
      {%- set source_name = 'native' if native else node.source_name -%}
      {%- set folder = '' if native else source_name ~ '/' -%}
      {%- set meta = node.config.get('meta', {}) -%}
      {%- do exports.update({(node.name if native else source_name ~ '_' ~ node.name): {
        'source': source_name,
        'names': [folder ~ node.name, folder ~ node.identifier] | unique | list,
        'columns': node.columns.keys() | list,
        'required': node.columns.values() | selectattr('config.meta.required') | map(attribute='name') | list,
        'without': lakehouse.ways_without(node.columns),
        'declared': node.columns,
        'optional': meta.get('optional', false),
        'delimiter': meta.get('delimiter', ','),
        'encoding': meta.get('encoding', 'utf-8')
      }}) -%}
    {%- endfor -%}
    {%- do memory.update(exports=exports) -%}
  {%- endif -%}
  {{ return(memory.exports) }}
{%- endmacro %}


{#- What helps a shop whose files lack a required column, by the column. -#}
{% macro ways_without(columns) -%}
  {%- set ways = {} -%}
  {%- for column in columns.values() if column.config.get('meta', {}).get('without') -%}
    {%- do ways.update({column.name: column.config.meta.without}) -%}
  {%- endfor -%}
  {{ return(ways) }}
{%- endmacro %}


{#- By its `ids`, the adapter tells rows of people who were forgotten. -#}
{% macro with_id_kinds(export) -%}
  {{ return(dict(export, ids=lakehouse.id_kinds(export.declared))) }}
{%- endmacro %}


{#- The exports of the configured sources, by the name of their staging model without `stg_`. -#}
{% macro landing_exports() -%}
  {%- set named = lakehouse.source_names() -%}
  {%- set exports, unknown = {}, named | list -%}
  {%- set all_sources = ['native'] -%}
  {%- for key, export in lakehouse.known_exports().items() -%}
    {%- do all_sources.append(export.source) -%}
    {%- if export.source in named -%}
      {%- do exports.update({key: export}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set unknown = named | reject('in', all_sources) | list -%}
  {%- if execute and (unknown or not named) -%}
    {%- do exceptions.raise_compiler_error(
      'LAKEHOUSE_SOURCES (or the variable `sources`) names ' ~ (unknown | join(', ') or 'no source')
      ~ '. The sources are ' ~ all_sources | unique | sort | join(', ') ~ '.'
    ) -%}
  {%- endif -%}
  {{ return(exports) }}
{%- endmacro %}


{#- The names of their files, relative to the landing folder. -#}
{% macro export_names() -%}
  {{ return(lakehouse.landing_exports().values() | map(attribute='names') | sum(start=[])) }}
{%- endmacro %}
