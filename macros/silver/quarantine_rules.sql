{% macro quarantine_rules() -%}
  {{ return([
    'missing_key', 'invalid_id', 'unknown_event_type', 'invalid_timestamp', 'future_timestamp',
    'implausible_timestamp', 'invalid_number', 'invalid_boolean', 'negative_amount', 'non_positive_quantity', 'rating_out_of_range'
  ]) }}
{%- endmacro %}
