{#- The columns of an incremental model's table that its query has got or lost since. -#}
{% macro spark_connect__sync_column_schemas(on_schema_change, target_relation, schema_changes_dict) %}
  {%- if on_schema_change == 'sync_all_columns' -%}
    {%- for change in schema_changes_dict['new_target_types'] -%}
      {%- do alter_column_type(target_relation, change['column_name'], change['new_type']) -%}
    {%- endfor -%}
    {%- do alter_relation_add_remove_columns(
      target_relation, schema_changes_dict['source_not_in_target'], schema_changes_dict['target_not_in_source']
    ) -%}
  {%- else -%}
    {%- do alter_relation_add_remove_columns(target_relation, schema_changes_dict['source_not_in_target']) -%}
  {%- endif -%}
{% endmacro %}


{% macro spark_connect__alter_relation_add_remove_columns(relation, add_columns, remove_columns) %}
  {%- if remove_columns -%}
    {%- do exceptions.raise_compiler_error(
      "The columns " ~ remove_columns | map(attribute='name') | join(', ') ~ " of " ~ relation
      ~ " cannot be removed: build the table anew with --full-refresh."
    ) -%}
  {%- endif -%}
  {%- do adapter.add_columns(relation, add_columns or []) -%}
{% endmacro %}


{% macro spark_connect__alter_column_type(relation, column_name, new_column_type) %}
  {%- do exceptions.raise_compiler_error(
    "The column " ~ column_name ~ " of " ~ relation ~ " cannot change its type to " ~ new_column_type
    ~ ": build the table anew with --full-refresh."
  ) -%}
{% endmacro %}


{#- The new columns of a snapshot. -#}
{% macro spark_connect__create_columns(relation, columns) %}
  {%- do adapter.add_columns(relation, columns) -%}
{% endmacro %}
