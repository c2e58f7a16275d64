{% macro computed_once(expression) -%}
  {{ return(adapter.dispatch('computed_once', 'lakehouse')(expression)) }}
{%- endmacro %}

{% macro default__computed_once(expression) -%}
  {#- an optimiser moves a filter before an expression and puts the expression into it, but not before an explode() -#}
        explode(array({{ expression }}))
{%- endmacro %}

{% macro spark_connect__computed_once(expression) -%}
  {%- if target.engine == 'sail' -%}
  {#- cheaper there; always true, and what is random is not moved #}
        case when rand() >= 0 then {{ expression }} end
  {%- else -%}
  {{ lakehouse.default__computed_once(expression) }}
  {%- endif -%}
{%- endmacro %}
