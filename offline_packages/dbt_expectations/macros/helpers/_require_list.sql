{#- Text where a list belongs would be read letter by letter. -#}
{% macro _require_list(argument, value) %}
  {%- if value is string or value is mapping -%}
    {{ exceptions.raise_compiler_error("`" ~ argument ~ "` must be a list. Got: '" ~ value ~ "'.") }}
  {%- endif -%}
{% endmacro %}
