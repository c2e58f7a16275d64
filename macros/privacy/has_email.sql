{#-
  An address in any script: an at sign and a dot in each of their forms, and a letter after the last dot. The letters stand
  as ranges of characters, since a class such as \p{L} needs another number of backslashes on each engine.
-#}
{% macro has_email(text) -%}
  {{ return(adapter.dispatch('has_email', 'lakehouse')(text)) }}
{%- endmacro %}

{% macro default__has_email(text) -%}
  {{ text }} rlike '[^@＠﹫ ][@＠﹫][^@＠﹫ ]+[.．。｡][A-Za-z¡-퟿豈-ￜ]'
{%- endmacro %}


{% macro mask_email(text) -%}
  {{ return(adapter.dispatch('mask_email', 'lakehouse')(text)) }}
{%- endmacro %}

{% macro default__mask_email(text) -%}
  case
    {#- nearly no text has one, and to look for it is cheaper than to replace it #}
    when {{ text }} rlike '[@＠﹫]'
      then regexp_replace({{ text }}, '[^@＠﹫ ]+[@＠﹫][^@＠﹫ ]+[.．。｡][A-Za-z¡-퟿豈-ￜ][^@＠﹫ ]*', '[email]')
    else {{ text }}
  end
{%- endmacro %}
