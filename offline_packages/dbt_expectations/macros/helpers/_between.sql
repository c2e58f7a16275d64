{#- The condition that a value lies between two bounds, of which one may be absent. -#}
{% macro _between(value, min_value, max_value, strictly) -%}
  {%- if min_value is none and max_value is none -%}
    {{ exceptions.raise_compiler_error("`min_value`, `max_value` or both must be given.") }}
  {%- endif -%}
  {%- set or_equal = "" if strictly else "=" -%}
  {%- set bounds = [] -%}
  {%- if min_value is not none -%}
    {%- do bounds.append(value ~ " >" ~ or_equal ~ " " ~ min_value) -%}
  {%- endif -%}
  {%- if max_value is not none -%}
    {%- do bounds.append(value ~ " <" ~ or_equal ~ " " ~ max_value) -%}
  {%- endif -%}
  {{ bounds | join(" and ") }}
{%- endmacro %}
