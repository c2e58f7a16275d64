{% macro parse_utc(value) -%}
  {{ return(adapter.dispatch('parse_utc', 'lakehouse')(value)) }}
{%- endmacro %}

{% macro default__parse_utc(value) -%}
  case
    {#- nearly all times are written like this, and the cast alone is enough for them #}
    when {{ value }} rlike '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$' then try_cast({{ value }} as timestamp)
    when upper({{ value }}) rlike
      '^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$'
      then try_cast(
        {#- seconds, six digits of a fraction, an offset as +hh:mm: engines read the rest differently or not at all #}
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
