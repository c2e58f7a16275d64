{% macro to_boolean(value) -%}
  {{ return(adapter.dispatch('to_boolean', 'lakehouse')(value)) }}
{%- endmacro %}

{% macro default__to_boolean(value) -%}
  case
    when lower({{ value }}) in ('true', 't', 'yes', 'y', '1', '1.0') then true
    when lower({{ value }}) in ('false', 'f', 'no', 'n', '0', '0.0') then false
  end
{%- endmacro %}
