{% macro delivered_row() -%}
  concat_ws('|', _batch_id, _row_number, _source_file)
{%- endmacro %}
