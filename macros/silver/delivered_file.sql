{#- Of which delivery of which file a row is, as one value: file and batch. -#}
{% macro delivered_file() -%}
  concat_ws('|', _batch_id, _source_file)
{%- endmacro %}
