{% macro clean(column) -%}
  {{ return(adapter.dispatch('clean', 'lakehouse')(column)) }}
{%- endmacro %}

{% macro default__clean(column) -%}
  case
    when lower({{ lakehouse.trimmed(column) }}) not in ('', 'null', 'none', 'nan') then {{ lakehouse.trimmed(column) }}
  end
{%- endmacro %}
