{% macro has_new_rows(entity) -%}
  {{ return(adapter.dispatch('has_new_rows', 'lakehouse')(entity)) }}
{%- endmacro %}

{% macro default__has_new_rows(entity) -%}
  {{ return(var('replay_quarantine') or not lakehouse.is_unchanged([ref('stg_' ~ entity)])) }}
{%- endmacro %}
