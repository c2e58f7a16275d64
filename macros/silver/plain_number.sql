{% macro plain_number(value) -%}
  {{ return(adapter.dispatch('plain_number', 'lakehouse')(value)) }}
{%- endmacro %}

{% macro default__plain_number(value) -%}
  {#- Text all the way: a double has not the digits, and a cast of an exponent differs between engines. -#}
  {%- set mantissa = "regexp_extract(" ~ value ~ ", '^[+-]?([0-9.]+)', 1)" -%}
  {%- set digits = "replace(" ~ mantissa ~ ", '.', '')" -%}
  {%- set exponent = "try_cast(regexp_extract(" ~ value ~ ", '[eE]([+-]?[0-9]+)$', 1) as int)" -%}
  {%- set places = "(length(split_part(" ~ mantissa ~ ", '.', 1)) + " ~ exponent ~ ")" -%}
  case
    when {{ value }} rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)$' then {{ value }}
    when
      {{ value }} rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)[eE][+-]?[0-9]+$' and {{ exponent }} is not null
      and {{ places }} between -76 and 76
      then concat(
        regexp_extract({{ value }}, '^([+-]?)', 1), '0',
        rpad(left({{ digits }}, greatest({{ places }}, 0)), greatest({{ places }}, 0), '0'),
        '.', repeat('0', greatest(-{{ places }}, 0)), substring({{ digits }}, greatest({{ places }}, 0) + 1)
      )
  end
{%- endmacro %}
