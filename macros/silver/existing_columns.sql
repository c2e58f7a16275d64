{% macro existing_columns(columns) -%}
  {%- set existing = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
  {%- set expressions = [] -%}
  {%- for column in columns -%}
    {%- do expressions.append(column if column in existing else 'null as ' ~ column) -%}
  {%- endfor -%}
  {{ return(expressions) }}
{%- endmacro %}
