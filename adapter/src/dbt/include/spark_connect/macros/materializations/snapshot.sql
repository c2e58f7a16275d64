{#- dbt-spark's, but for a source that has not changed: its MERGE would commit a version without a change. -#}
{% materialization snapshot, adapter='spark_connect' %}
  {%- set old_relation = load_cached_relation(this) -%}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set inputs = dbt_spark_connect_inputs() -%}

  {%- if dbt_spark_connect_is_unchanged(old_relation, inputs) -%}
    {%- call noop_statement('main', 'UNCHANGED') -%}{%- endcall -%}
    {{ return({'relations': [target_relation]}) }}
  {%- endif -%}

  {%- set result = materialization_snapshot_spark() -%}
  {%- do dbt_spark_connect_keep_inputs(target_relation, inputs) -%}
  {{ return(result) }}
{% endmaterialization %}
