{% macro canonical_id(value) -%}
  {{ return(adapter.dispatch('canonical_id', 'lakehouse')(value)) }}
{%- endmacro %}

{% macro default__canonical_id(value) -%}
  {#- text all the way: a double has 53 bits, which an id of 17 digits does not fit into -#}
  case
    when {{ value }} rlike '^[1-9][0-9]*$' then {{ value }}
    when {{ value }} rlike '^[+]?([0-9]+[.]?0*|[.]0+)$'
      then coalesce(nullif(regexp_extract({{ value }}, '^[+]?0*([1-9][0-9]*)?([.]0*)?$', 1), ''), '0')
    when {{ value }} rlike '^[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)[eE][+-]?[0-9]+$' and {{ value }} rlike '[.+-]'
      then nullif(
        regexp_extract({{ lakehouse.plain_number(value) }}, '^[+]?0*([1-9][0-9]{0,37}|0)[.]0*$', 1), ''
      )
    when {{ value }} rlike '^[A-Za-z0-9][A-Za-z0-9_-]*$' then {{ value }}
  end
{%- endmacro %}
