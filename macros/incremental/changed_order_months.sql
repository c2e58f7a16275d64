{% macro changed_order_months() -%}
  {{ return(adapter.dispatch('changed_order_months', 'lakehouse')()) }}
{%- endmacro %}

{% macro default__changed_order_months() -%}
  {%- set orders, items = ref('int_orders'), ref('int_order_items') -%}
  {%- set months = lakehouse.changed_months([orders]) -%}
  {%- if months is none or lakehouse.is_unchanged([items]) -%}{{ return(months) }}{%- endif -%}
  {%- set query -%}
    select distinct _month from {{ orders }}
    where order_id in (select order_id from {{ items }} where _version > {{ seen_version(items) }})
  {%- endset -%}
  {{ return((months + run_query(query).columns[0].values() | list) | unique | sort) }}
{%- endmacro %}
