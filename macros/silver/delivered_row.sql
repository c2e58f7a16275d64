{#- Where a row was delivered, as one value: file, row and batch. -#}
{% macro delivered_row() -%}
  concat_ws('|', _batch_id, _row_number, _source_file)
{%- endmacro %}
