{% macro has_email(text) -%}
  {{ return(adapter.dispatch('has_email', 'lakehouse')(text)) }}
{%- endmacro %}

{% macro default__has_email(text) -%}
  {{ text }} rlike '[^@ ]@[^@ ]+[.][A-Za-z]'
{%- endmacro %}
