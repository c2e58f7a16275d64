{#- An expression that the engine does not work out again wherever its result is asked for, such as in a filter. -#}
{% macro computed_once(expression) -%}
  {{ return(adapter.dispatch('computed_once', 'lakehouse')(expression)) }}
{%- endmacro %}

{% macro default__computed_once(expression) -%}
  {{ expression }}
{%- endmacro %}

{% macro spark_connect__computed_once(expression) -%}
  {#- always true; what is random is not repeated by the optimiser #}
        case when rand() >= 0 then {{ expression }} end
{%- endmacro %}
