{% macro delivered_file() -%}
  concat_ws('|', _batch_id, _source_file)
{%- endmacro %}
