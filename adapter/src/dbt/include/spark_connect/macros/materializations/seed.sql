{#- One statement replaces the whole table, so a reader never sees it half loaded. -#}
{% materialization seed, adapter='spark_connect' %}
  {%- set old_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set agate_table = load_agate_table() -%}
  {%- do store_result('agate_table', response='OK', agate_table=agate_table) -%}
  {%- set inputs = dbt_spark_connect_inputs() -%}
  {%- do inputs.update(column_types=config.get('column_types', {})) -%}

  {%- if dbt_spark_connect_is_unchanged(old_relation, inputs) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
    {{ return({'relations': [target_relation]}) }}
  {%- endif -%}
  {%- if old_relation is not none and old_relation.is_view -%}
    {%- do exceptions.raise_compiler_error("Cannot seed to '" ~ old_relation ~ "', it is a view") -%}
  {%- endif -%}

  {{ run_hooks(pre_hooks) }}

  {%- set view = this.schema ~ '__' ~ this.identifier ~ '__dbt_seed' -%}
  {%- do adapter.register_seed(view, agate_table) -%}
  {%- set without_rows = agate_table.rows | length == 0 and not flags.EMPTY -%}
  {%- set query -%}
    select
      {%- for name in agate_table.column_names %}
      cast({{ adapter.quote(name) }} as
        {{- ' ' ~ (config.get('column_types', {}).get(name)
          or ('string' if without_rows else adapter.convert_type(agate_table, loop.index0))) }})
        as {{ adapter.quote(name) }}{{ ',' if not loop.last }}
      {%- endfor %}
    from {{ view }}
  {%- endset -%}
  {%- call statement('main') -%}
    {{ spark_connect__create_table_as(false, target_relation, query, inputs=inputs) }}
  {%- endcall -%}
  {%- if old_relation is not none -%}
    {%- do dbt_spark_connect_keep_inputs(target_relation, inputs) -%}
  {%- endif -%}

  {{ run_hooks(post_hooks) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
