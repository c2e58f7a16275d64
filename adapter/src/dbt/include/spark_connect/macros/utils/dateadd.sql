{#- dbt-spark's goes through numbers, which Sail reads as microseconds. -#}
{% macro spark_connect__dateadd(datepart, interval, from_date_or_timestamp) %}
  timestampadd({{ datepart }}, {{ interval }}, cast({{ from_date_or_timestamp }} as timestamp))
{% endmacro %}
