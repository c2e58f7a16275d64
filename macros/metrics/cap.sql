{% macro cap(value, maximum) -%}
  {{ return(adapter.dispatch('cap', 'lakehouse')(value, maximum)) }}
{%- endmacro %}

{% macro default__cap(value, maximum) -%}
  {#- least() passes over a null, and a null rate must not become the maximum -#}
  case when {{ value }} > {{ maximum }} then {{ maximum }} else {{ value }} end
{%- endmacro %}
