{% macro values_of(query) -%}
  {{ return(run_query(query).columns[0].values() | sort if execute else []) }}
{%- endmacro %}
