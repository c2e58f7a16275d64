{% macro delivered_later(first, second, or_together=false) -%}
  (
    {{ first }}._ingested_at > {{ second }}._ingested_at
    or ({{ first }}._ingested_at = {{ second }}._ingested_at and {{ first }}._source_file > {{ second }}._source_file)
    or (
      {{ first }}._ingested_at = {{ second }}._ingested_at
      and {{ first }}._source_file = {{ second }}._source_file
      {%- if not or_together %}
      and {{ first }}._row_number > {{ second }}._row_number
      {%- endif %}
    )
  )
{%- endmacro %}
