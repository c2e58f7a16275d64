{% materialization table, adapter='spark_connect', supported_languages=['sql', 'python'] %}
  {%- set old_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set inputs = dbt_spark_connect_inputs() -%}

  {%- if dbt_spark_connect_is_unchanged(old_relation, inputs) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
    {{ return({'relations': [target_relation]}) }}
  {%- endif -%}

  {{ run_hooks(pre_hooks) }}

  {%- if old_relation is not none and old_relation.is_view -%}
    {%- do adapter.drop_relation(old_relation) -%}
  {%- endif -%}
  {%- set query = compiled_code -%}
  {%- if model.language == 'python' -%}
    {%- call statement('python_model', language='python') -%}
{{ dbt_spark_connect_python_code(compiled_code) }}
    {%- endcall -%}
    {%- set query = 'select * from ' ~ dbt_spark_connect_python_view() -%}
  {%- endif -%}
  {%- call statement('main') -%}
    {{ spark_connect__create_table_as(false, target_relation, query, inputs=inputs) }}
  {%- endcall -%}
  {%- if old_relation is not none -%}
    {%- do dbt_spark_connect_keep_inputs(target_relation, inputs) -%}
  {%- endif -%}

  {{ run_hooks(post_hooks) }}

  {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
