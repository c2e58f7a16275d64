{% materialization incremental, adapter='spark_connect', supported_languages=['sql', 'python'] %}
  {%- set strategy = dbt_spark_connect_validated_strategy() -%}
  {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- set inputs = dbt_spark_connect_inputs() -%}

  {%- if dbt_spark_connect_is_unchanged(existing_relation, inputs) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
    {{ return({'relations': [target_relation]}) }}
  {%- endif -%}

  {{ run_hooks(pre_hooks) }}

  {%- set query = compiled_code -%}
  {%- if model.language == 'python' -%}
    {%- call statement('python_model', language='python') -%}
{{ dbt_spark_connect_python_code(compiled_code) }}
    {%- endcall -%}
    {%- set query = 'select * from ' ~ dbt_spark_connect_python_view() -%}
  {%- endif -%}
  {%- if existing_relation is none or existing_relation.is_view or should_full_refresh() -%}
    {%- if existing_relation is not none and existing_relation.is_view -%}
      {%- do adapter.drop_relation(existing_relation) -%}
    {%- endif -%}
    {%- call statement('main') -%}
      {{ spark_connect__create_table_as(false, target_relation, query, inputs=inputs) }}
    {%- endcall -%}
    {%- if existing_relation is not none -%}
      {%- do dbt_spark_connect_keep_inputs(target_relation, inputs) -%}
    {%- endif -%}
  {%- else -%}
    {%- set new_rows = make_temp_relation(this) -%}
    {%- call statement('new_rows') -%}
      {{ create_table_as(true, new_rows, query) }}
    {%- endcall -%}
    {%- do process_schema_changes(on_schema_change, new_rows, existing_relation) -%}
    {%- set sql = dbt_spark_connect_incremental_sql(strategy, new_rows, target_relation, query) -%}
    {%- if sql -%}
      {%- call statement('main') -%}
        {{ sql }}
      {%- endcall -%}
      {%- do dbt_spark_connect_keep_inputs(target_relation, inputs) -%}
    {%- else -%}
      {%- call noop_statement('main', 'NOTHING NEW') -%}{%- endcall -%}
      {%- if not inputs.keys() | select('in', model.depends_on.nodes) | list and dbt_spark_connect_built_from(this) != inputs -%}
        {#- or every run would look again at what has come since rows were last written; of a source nothing is known -#}
        {%- do dbt_spark_connect_keep_inputs(target_relation, inputs) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endif -%}

  {{ run_hooks(post_hooks) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{#- Without a strategy, a model with a `unique_key` is merged, as on Databricks: appending would double its rows. -#}
{% macro dbt_spark_connect_validated_strategy() %}
  {%- set strategy = config.get('incremental_strategy') or ('merge' if config.get('unique_key') else 'append') -%}
  {%- set strategies = ['append', 'merge', 'replace_where'] -%}
  {%- if strategy not in strategies -%}
    {%- do exceptions.raise_compiler_error(
      "The incremental strategy '" ~ strategy ~ "' is not one of: " ~ strategies | join(', ') ~ ". "
      ~ "To overwrite partitions, use 'replace_where'."
    ) -%}
  {%- endif -%}
  {%- if strategy == 'merge' and not config.get('unique_key') -%}
    {%- do exceptions.raise_compiler_error("The incremental strategy 'merge' needs a `unique_key`.") -%}
  {%- endif -%}
  {%- if strategy == 'replace_where' and not config.get('partition_by') -%}
    {%- do exceptions.raise_compiler_error("The incremental strategy 'replace_where' needs `partition_by`.") -%}
  {%- endif -%}
  {{ return(strategy) }}
{% endmacro %}


{#- The statement that writes the new rows; empty if there is nothing to write. -#}
{% macro dbt_spark_connect_incremental_sql(strategy, source, target, query) %}
  {%- set columns = adapter.get_columns_in_relation(target) -%}
  {%- if strategy == 'merge' -%}
    {%- do dbt_spark_connect_check_unique_key(target, columns) -%}
    {{ return(dbt_spark_connect_merge_or_append_sql(source, target, columns)) }}
  {%- elif strategy == 'replace_where' -%}
    {{ return(dbt_spark_connect_replace_where_sql(source, target, columns, query)) }}
  {%- elif run_query('select 1 from ' ~ source ~ ' limit 1').rows | length > 0 -%}
    {{ return(dbt_spark_connect_append_sql(source, target, columns)) }}
  {%- endif -%}
  {{ return('') }}
{% endmacro %}


{#- A column that the new rows lack is null in them. rows: what stands after FROM, if not all of the source. -#}
{% macro dbt_spark_connect_append_sql(source, target, columns, rows=source) %}
  {%- set delivered = adapter.get_columns_in_relation(source) | map(attribute='name') | list %}
  insert into {{ target }} by name
  select
    {%- for column in columns %}
    {{ column.quoted if column.name in delivered else 'cast(null as ' ~ column.data_type ~ ') as ' ~ column.quoted }}
    {{- ',' if not loop.last }}
    {%- endfor %}
  from {{ rows }}
{% endmacro %}


{% macro dbt_spark_connect_unique_key() %}
  {%- set unique_key = config.get('unique_key') -%}
  {{ return([unique_key] if unique_key is string else unique_key) }}
{% endmacro %}


{#- Also where there is nothing to merge yet, so that a wrong key is not found by the first day with new rows. -#}
{% macro dbt_spark_connect_check_unique_key(target, columns) %}
  {%- set names = columns | map(attribute='name') | map('lower') | list -%}
  {%- for key in dbt_spark_connect_unique_key() if key | replace('`', '') | lower not in names -%}
    {%- do exceptions.raise_compiler_error("The unique_key '" ~ key ~ "' is not a column of " ~ target ~ ".") -%}
  {%- endfor -%}
{% endmacro %}


{#-
  A MERGE rewrites every file that might match. Where no row changes, an INSERT does the same and rewrites nothing; where
  none is new either, there is nothing to write.
-#}
{% macro dbt_spark_connect_merge_or_append_sql(source, target, columns) %}
  {%- set keys = dbt_spark_connect_unique_key() -%}
  {%- set conditions = [] -%}
  {%- for key in keys -%}
    {%- do conditions.append('DBT_INTERNAL_SOURCE.' ~ key ~ ' = DBT_INTERNAL_DEST.' ~ key) -%}
  {%- endfor -%}
  {%- set predicates = config.get('incremental_predicates') or [] -%}
  {%- do conditions.extend([predicates] if predicates is string else predicates) -%}
  {%- set is_matched = 'DBT_INTERNAL_DEST.' ~ keys[0] ~ ' is not null' -%}
  {%- set counts -%}
    select
      count_if({{ is_matched }} and ({{ config.get('matched_condition') or 'true' }})) as changed,
      count_if(not {{ is_matched }}) as added
    from {{ source }} as DBT_INTERNAL_SOURCE
    left join {{ target }} as DBT_INTERNAL_DEST on {{ conditions | join(' and ') }}
  {%- endset -%}
  {%- set found = run_query(counts).rows[0] -%}
  {%- if not found.changed -%}
    {%- if not found.added -%}{{ return('') }}{%- endif -%}
    {#- not those that match and are not to be updated -#}
    {%- set added -%}
      (
        select DBT_INTERNAL_SOURCE.* from {{ source }} as DBT_INTERNAL_SOURCE
        left anti join {{ target }} as DBT_INTERNAL_DEST on {{ conditions | join(' and ') }}
      ) as added
    {%- endset -%}
    {{ return(dbt_spark_connect_append_sql(source, target, columns, added)) }}
  {%- endif -%}
  merge into {{ target }} as DBT_INTERNAL_DEST
  using {{ source }} as DBT_INTERNAL_SOURCE
  on {{ conditions | join(' and ') }}
  when matched
    {%- if config.get('matched_condition') %} and {{ config.get('matched_condition') }}{% endif %} then update set
    {%- set updated = get_merge_update_columns(config.get('merge_update_columns'), config.get('merge_exclude_columns'), columns) -%}
    {%- for name in (updated or columns | map(attribute='quoted')) %}
    {{ name }} = DBT_INTERNAL_SOURCE.{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
  when not matched then insert *
{% endmacro %}


{% macro dbt_spark_connect_replace_where_sql(source, target, columns, query) %}
  {%- set stated = modules.re.search('/\\* replace_where: (.*?) \\*/', query) -%}
  {%- set predicates = [stated.group(1)] if stated else config.get('incremental_predicates') or [] -%}
  {%- set predicate = predicates if predicates is string else predicates | join(' and ') -%}
  {%- if not predicate -%}
    {%- do exceptions.raise_compiler_error(
      "The incremental strategy 'replace_where' needs to know what to replace: "
      ~ "call `replace_where()` in the model, or configure `incremental_predicates`."
    ) -%}
  {%- endif -%}
  {%- if predicate == 'nothing' -%}
    {{ return('') }}
  {%- endif -%}
  {#- the engine would delete the rows for which the predicate is null -#}
  {%- if run_query('select 1 from ' ~ target ~ ' where (' ~ predicate ~ ') is null limit 1').rows | length > 0 -%}
    {%- do exceptions.raise_compiler_error(
      "The predicate of 'replace_where' is null for some rows of the table, which would be deleted, too: " ~ predicate
    ) -%}
  {%- endif -%}
  insert into {{ target }}
  replace where {{ predicate }}
  select
    {#- the engine takes rows outside the predicate, and the next run would double them #}
    {%- for column in columns %}
    {%- if loop.first %}
    case
      when {{ predicate }} then {{ column.quoted }}
      else raise_error('A row lies outside the replaced partitions.')
    end as {{ column.quoted }}
    {%- else %}
    {{ column.quoted }}
    {%- endif %}{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ source }}
{% endmacro %}
