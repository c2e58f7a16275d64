{#- dbt-spark's calls to_timestamp, which takes numbers too, see the guards; with casts it need not be refused. -#}
{% macro spark_connect__datediff(first_date, second_date, datepart) %}
  {%- if datepart in ['hour', 'minute', 'second', 'millisecond'] -%}
    {%- set first_date = 'cast(' ~ first_date ~ ' as timestamp)' -%}
    {%- set second_date = 'cast(' ~ second_date ~ ' as timestamp)' -%}
  {%- endif -%}
  {{ return(spark__datediff(first_date, second_date, datepart)) }}
{% endmacro %}
