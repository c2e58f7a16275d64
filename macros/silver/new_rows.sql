{% macro new_rows(entity) -%}
  {{ return(adapter.dispatch('new_rows', 'lakehouse')(entity)) }}
{%- endmacro %}

{% macro default__new_rows(entity) -%}
  {%- set staging = ref('stg_' ~ entity) -%}
  {#- not by ref(): the quarantine is built after the tables, and here its last state is asked for #}
  {%- set quarantine = load_relation(this.incorporate(path={'identifier': 'quarantine'})) if var('replay_quarantine') -%}
  {%- set delivery = lakehouse.delivered_file() if entity == 'order_items' else lakehouse.delivered_row() -%}
  {%- if not is_incremental() -%}
  true
  {%- else -%}
  (
    _version > {{ seen_version(staging) }}
    {%- if quarantine %}
    or {{ delivery }} in (select {{ delivery }} from {{ quarantine }} where entity = '{{ entity }}')
    {%- endif %}
  )
  {%- endif -%}
{%- endmacro %}
