{% macro check_fields(staging, fields, kinds) -%}
  {%- set entity = staging.identifier.removeprefix('stg_') -%}
  {#- neither while dbt parses, nor in unit tests, which know no sources -#}
  {%- set known = execute and graph.sources is defined -%}
  {%- set declared = lakehouse.landing_entities()[entity].columns if known -%}
  {%- set rules = lakehouse.quarantine_rules() -%}
  {%- for name, column, kind in (fields if known else []) -%}
    {%- if column not in declared -%}
      {%- do exceptions.raise_compiler_error(
        'int_' ~ entity ~ '_checked reads the column ' ~ column ~ ', which models/staging/_staging__sources.yml does not '
        ~ 'declare for ' ~ entity ~ '. Where no file has it, its table would not have it either.'
      ) -%}
    {%- endif -%}
    {%- for rule in kinds[kind].rules if rule not in rules -%}
      {%- do exceptions.raise_compiler_error(
        'The rule ' ~ rule ~ ' of the kind ' ~ kind ~ ' is not in macros/silver/quarantine_rules.sql.'
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
{%- endmacro %}
