{#- Listed one by one, since engines differ in what a regular expression matches as white space. -#}
{% macro white_space() -%}
  {{ return(
    ' \t\n\u000b\f\r\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009'
    ~ '\u200a\u2028\u2029\u202f\u205f\u3000\ufeff'
  ) }}
{%- endmacro %}


{% macro trimmed(column) -%}
  trim(both '{{ lakehouse.white_space() }}' from {{ column }})
{%- endmacro %}


{#- What visitors typed, in one spelling: in lower case, with single blanks. The text is trimmed already. -#}
{% macro normalised_term(column) -%}
  lower(regexp_replace({{ column }}, '[{{ lakehouse.white_space() }}]+', ' '))
{%- endmacro %}


{% macro clean(column) -%}
  case
    when lower({{ lakehouse.trimmed(column) }}) not in ('', 'null', 'none', 'nan') then {{ lakehouse.trimmed(column) }}
  end
{%- endmacro %}


{% macro canonical_id(value) -%}
  {#- as text throughout: an id of 17 digits does not fit into the 53 bits of a double -#}
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


{#-
  Trackers write browsers in forms of their own, which are not checked. A number is as in other ids, and a colon becomes a
  dash, since it ends the first part of a composite key.
-#}
{% macro visitor(value, mapped=false) -%}
  replace({{ value if mapped else 'coalesce(' ~ lakehouse.canonical_id(value) ~ ', ' ~ value ~ ')' }}, ':', '-')
{%- endmacro %}


{#-
  As text throughout: a double has too few digits, and engines cast exponents differently. The point is set into the
  digits between zeros, `-1.05e3` into `-00...00105|00...00`. Each further use of the value would cost time in each plan.
-#}
{% macro plain_number(value) -%}
  {%- set zeros = '0' * 80 -%}
  {%- set digits = "regexp_replace(" ~ value ~ ", '^([+-]?)([0-9]*)[.]?([0-9]*)[eE].*$', '$1,$2$3,')" -%}
  case
    when {{ value }} rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)$' then {{ value }}
    when {{ value }} rlike '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)[eE][+-]?0*(7[0-5]|[0-6]?[0-9])$'
      then regexp_replace(
        overlay(
          replace({{ digits }}, ',', '{{ zeros }}'), '.',
          length(regexp_extract({{ value }}, '^[+-]?[0-9]*', 0)) + {{ zeros | length + 1 }}
            + try_cast(regexp_extract({{ value }}, '[eE]([+-]?[0-9]+)$', 1) as int),
          0
        ),
        '^([+-]?)0*([0-9]+[.][0-9]*?)0*$', '$1$2'
      )
  end
{%- endmacro %}


{% macro to_decimal(value, precision=12, scale=2) -%}
  {%- set exact = 'try_cast(' ~ lakehouse.plain_number(value) ~ ' as decimal(38, 18))' -%}
  try_cast(round({{ exact }}, {{ scale }}) as decimal({{ precision }}, {{ scale }}))
{%- endmacro %}


{% macro to_integer(value) -%}
  {#- null for a fraction other than .0 -#}
  try_cast(
    nullif(regexp_extract({{ lakehouse.plain_number(value) }}, '^[+]?(-?[0-9]+)([.]0*)?$', 1), '') as int
  )
{%- endmacro %}


{% macro to_boolean(value) -%}
  case
    when lower({{ value }}) in ('true', 't', 'yes', 'y', '1', '1.0') then true
    when lower({{ value }}) in ('false', 'f', 'no', 'n', '0', '0.0') then false
  end
{%- endmacro %}


{% macro parse_utc(value) -%}
  case
    {#- nearly all times are written like this, and a cast is enough for them #}
    when {{ value }} rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$' then try_cast({{ value }} as timestamp)
    when upper({{ value }}) rlike
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$'
      then try_cast(
        {#-
          seconds, a fraction of six digits, an offset as +hh:mm: engines read other forms differently or not at all
        #}
        {%- set steps = [
          ['( [0-9]{2}:[0-9]{2})(Z|[+-].*)?$', '$1:00$2'],
          ['([.][0-9]{6})[0-9]+', '$1'],
          ['( .*[+-][0-9]{2})([0-9]{2})$', '$1:$2'],
          ['( .*[+-][0-9]{2})$', '$1:00'],
        ] %}
        {%- set text = namespace(sql="replace(upper(" ~ value ~ "), 'T', ' ')") %}
        {%- for pattern, replacement in steps %}
          {%- set text.sql = "regexp_replace(" ~ text.sql ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "')" %}
        {%- endfor %}
        {{ text.sql }} as timestamp
      )
  end
{%- endmacro %}


{#- The types of which metrics are made. The seed `funnel_stages` may name others. -#}
{% macro core_event_types() -%}
  {{ return(['page_view', 'search', 'add_to_cart', 'checkout', 'purchase']) }}
{%- endmacro %}


{% macro event_type(value) -%}
  case
    when lower({{ value }}) in ('{{ lakehouse.core_event_types() | join("', '") }}') then lower({{ value }})
    else (
      select max(known.event_type)
      from (
        select alias, event_type from {{ ref('event_type_aliases') }}
        union all
        select event_type as alias, event_type from {{ ref('funnel_stages') }}
      ) as known
      where known.alias = lower({{ value }})
    )
  end
{%- endmacro %}


{% macro order_status(value) -%}
  case
    when lower({{ value }}) in ('pending', 'paid', 'partially_refunded', 'refunded', 'cancelled', 'voided')
      then lower({{ value }})
    else (select max(order_status) from {{ ref('order_status_aliases') }} where alias = lower({{ value }}))
  end
{%- endmacro %}
