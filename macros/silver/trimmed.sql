{% macro trimmed(column) -%}
  {{ return(adapter.dispatch('trimmed', 'lakehouse')(column)) }}
{%- endmacro %}

{% macro default__trimmed(column) -%}
  {#- named one by one: what a regular expression calls white space differs between engines -#}
  {%- set white_space = ' \t\n\u000b\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009'
    ~ '\u200a\u2028\u2029\u202f\u205f\u3000\ufeff' -%}
  trim(both '{{ white_space }}' from {{ column }})
{%- endmacro %}
