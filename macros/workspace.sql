{#- Checks before a run for settings of the workspace that would make the tables permanently wrong. -#}
{% macro check_workspace() -%}
  {{ return(adapter.dispatch('check_workspace', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__check_workspace() -%}{%- endmacro %}

{% macro databricks__check_workspace() -%}
  {%- if execute and flags.WHICH in ['build', 'run', 'seed', 'snapshot'] -%}
    {%- set time_zone = run_query('select current_timezone()').columns[0].values()[0] -%}
    {%- if time_zone not in ['UTC', 'Etc/UTC'] -%}
      {%- do exceptions.raise_compiler_error(
        'The time zone of the session is ' ~ time_zone ~ ', and days are counted in UTC. Take the setting TIMEZONE out of the '
        ~ 'SQL configuration of the workspace, or put `session_properties: {timezone: UTC}` into the profile.'
      ) -%}
    {%- endif -%}
    {%- set schemas = lakehouse.table_nodes() | map(attribute='schema') | unique | sort -%}
    {%- set masked = lakehouse.get_column_values(
      "select concat(table_schema, '.', table_name) from system.information_schema.column_masks where table_catalog = '"
      ~ target.database ~ "' and table_schema in ('" ~ schemas | join("', '") ~ "') union "
      ~ "select concat(table_schema, '.', table_name) from system.information_schema.row_filters where table_catalog = '"
      ~ target.database ~ "' and table_schema in ('" ~ schemas | join("', '") ~ "')"
    ) -%}
    {%- if masked -%}
      {%- do exceptions.raise_compiler_error(
        'There are column masks or row filters on ' ~ masked | join(', ') ~ '. What they hide from the user of dbt would be '
        ~ 'lost in the tables built from them, and Databricks gives no history of such a table. Remove them: only the user '
        ~ 'of dbt may read these schemas, and readers get views.'
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
