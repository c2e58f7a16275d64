{#- dbt-spark's describes the relation. Of a table that was registered from its folder that shows no columns. -#}
{% macro spark_connect__get_columns_in_relation(relation) %}
  {{ return(adapter.get_columns_in_relation(relation)) }}
{% endmacro %}


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
  {%- if remove_columns and execute -%}
    {%- do exceptions.raise_compiler_error(
      "The columns " ~ remove_columns | map(attribute='name') | join(', ') ~ " of " ~ relation
      ~ " cannot be removed: rebuild the table with --full-refresh."
    ) -%}
  {%- endif -%}
  {%- do adapter.add_columns(relation, add_columns or []) -%}
{% endmacro %}


{% macro spark_connect__alter_column_type(relation, column_name, new_column_type) %}
  {%- if execute -%}
    {%- do exceptions.raise_compiler_error(
      "The column " ~ column_name ~ " of " ~ relation ~ " cannot change its type to " ~ new_column_type
      ~ ": rebuild the table with --full-refresh."
    ) -%}
  {%- endif -%}
{% endmacro %}


{#-
  The new columns of a snapshot. dbt-spark takes the parts of a key of several columns, dbt_unique_key_1 and so on, for
  columns of the source.
-#}
{% macro spark_connect__create_columns(relation, columns) %}
  {%- set added = [] -%}
  {%- for column in columns if not column.name.lower().startswith('dbt_unique_key') -%}
    {%- do added.append(column) -%}
  {%- endfor -%}
  {%- do adapter.add_columns(relation, added) -%}
{% endmacro %}
