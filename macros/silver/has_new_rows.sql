{#- False if nothing was delivered since this model's table was built, so that its queries need not even be planned. -#}
{% macro has_new_rows(entity) -%}
  {{ return(adapter.dispatch('has_new_rows', 'lakehouse')(entity)) }}
{%- endmacro %}

{% macro default__has_new_rows(entity) -%}
  {%- set staging = ref('stg_' ~ entity) -%}
  {{ return(
    not is_incremental()
    or var('replay_quarantine')
    or table_version(staging) > seen_version(staging)
  ) }}
{%- endmacro %}
