{#- The first column of a query's rows, sorted; none while dbt parses. -#}
{% macro values_of(query) -%}
  {{ return(run_query(query).columns[0].values() | sort if execute else []) }}
{%- endmacro %}
