{% macro newest_time(model_name, column) -%}
  {%- set relation = lakehouse.relation_of(model_name) -%}
  {%- if relation is none -%}
    {%- do exceptions.raise_compiler_error(
      'Nothing was loaded yet: there is no table of ' ~ model_name ~ '. Run `dbt build`.'
    ) -%}
  {%- endif -%}
  select max({{ column }}) from {{ relation }}
{%- endmacro %}
