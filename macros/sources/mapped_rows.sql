{#- How silver treats the rows of a mapping. -#}

{#- Without a leading #. At signs are not allowed: an email address is not an id. -#}
{% macro source_id(value) -%}
  case
    when {{ value }} rlike '^#*[\\p{L}\\p{N}][\\p{L}\\p{N} ._/+=&()-]*$' then trim(leading '#' from {{ value }})
  end
{%- endmacro %}


{#- Raw columns that a mapping does not provide. They are null and break no rule. -#}
{% macro absent_columns(entity, fields) -%}
  {%- set relation = lakehouse.delivered_entity(entity) -%}
  {%- if not execute or not lakehouse.is_mapped(entity) -%}{{ return([]) }}{%- endif -%}
  {%- set given = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
  {{ return(fields | map(attribute=1) | reject('in', given) | unique | list) }}
{%- endmacro %}
