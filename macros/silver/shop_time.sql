{#- The shop's time zone. Times are stored in UTC; days, weeks and months are in `shop_time_zone`. -#}

{% macro shop_time_zone() -%}
  {%- set zone = var('shop_time_zone') -%}
  {%- if zone not in modules.pytz.all_timezones -%}
    {%- do exceptions.raise_compiler_error(
      "The variable shop_time_zone must be a time zone of the IANA database, such as America/New_York. It is '" ~ zone ~ "'."
    ) -%}
  {%- endif -%}
  {{ return(zone) }}
{%- endmacro %}


{% macro shop_time(time) -%}
  {%- set zone = lakehouse.shop_time_zone() -%}
  {{ return(time if zone == 'UTC' else 'from_utc_timestamp(' ~ time ~ ", '" ~ zone ~ "')") }}
{%- endmacro %}


{% macro shop_date(time) -%}
  {{ return('to_date(' ~ lakehouse.shop_time(time) ~ ')') }}
{%- endmacro %}


{% macro shop_month(time) -%}
  {{ return('date_format(' ~ lakehouse.shop_time(time) ~ ", 'yyyy-MM')") }}
{%- endmacro %}
