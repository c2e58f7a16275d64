{#- A Python model leaves its result as a temporary view, which is then written like any SQL model. -#}
{% macro dbt_spark_connect_python_code(compiled_code) -%}
{{ compiled_code }}
dbt = dbtObj(spark.table)
to_spark(model(dbt, spark)).createOrReplaceTempView("{{ dbt_spark_connect_python_view() }}")
{%- endmacro %}


{% macro dbt_spark_connect_python_view() -%}
  {{ return(this.schema ~ '__' ~ this.identifier ~ '__dbt_python') }}
{%- endmacro %}
