{% macro silver_columns(checked) -%}
  {%- if not execute -%}{{ return(['_month']) }}{%- endif -%}
  {%- set about_the_check = ['broken_rule', 'broken_column', 'broken_value', 'raw_row', '_version'] -%}
  {{ return(
    adapter.get_columns_in_relation(checked) | map(attribute='name') | reject('in', about_the_check) | list
  ) }}
{%- endmacro %}
