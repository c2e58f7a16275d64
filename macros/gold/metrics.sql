{% macro safe_divide(numerator, denominator, default='null') -%}
  coalesce(
    cast({{ numerator }} as decimal(28, 4)) / nullif(cast({{ denominator }} as decimal(28, 4)), 0),
    {{ default }}
  )
{%- endmacro %}


{% macro cap(value, maximum) -%}
  {#- least() ignores nulls, and a null rate must not become the maximum -#}
  case when {{ value }} > {{ maximum }} then {{ maximum }} else {{ value }} end
{%- endmacro %}


{% macro percentage(part, whole) -%}
  cast(round({{ lakehouse.cap(lakehouse.safe_divide('100 * (' ~ part ~ ')', whole, 0), 100) }}, 2) as decimal(5, 2))
{%- endmacro %}


{% macro rounded_pct(fraction) -%}
  cast(round(100 * {{ fraction }}, 2) as decimal(5, 2))
{%- endmacro %}


{% macro amount_per(amount, count) -%}
  cast(round({{ lakehouse.safe_divide(amount, count) }}, 2) as decimal(14, 2))
{%- endmacro %}


{% macro allocated_share(total, part, whole) -%}
  {#- multiplies before dividing: rounding the quotient first would shift shares that end on half a cent -#}
  round(
    {{ lakehouse.safe_divide(
      'cast(' ~ total ~ ' as decimal(14, 2)) * cast(' ~ part ~ ' as decimal(14, 2))', whole, 0
    ) }},
    2
  )
{%- endmacro %}


{% macro quintile(order_by) -%}
  {#- counts whole numbers, and equal values together, so that neither rounding nor chance decides a score -#}
  cast((5 * count(*) over (order by {{ order_by }}) + count(*) over () - 1) div count(*) over () as int)
{%- endmacro %}


{% macro months_between(first_date, last_date) -%}
  cast(
    12 * (year({{ last_date }}) - year({{ first_date }})) + month({{ last_date }}) - month({{ first_date }}) as int
  )
{%- endmacro %}


{% macro as_of_date() -%}
  {%- set stated = lakehouse.date_var('as_of_date') -%}
  {%- if stated -%}
  select {{ stated }} as as_of_date
  {%- else -%}
  select max(day) as as_of_date
  from (
    select {{ lakehouse.shop_date('max(session_end_at)') }} as day from {{ ref('int_visits') }} where excluded_reason is null
    union all
    select max(order_date) as day from {{ ref('int_orders') }}
  ) as days
  {%- endif -%}
{%- endmacro %}


{% macro in_period(day) -%}
  {%- set first_day, last_day = lakehouse.date_var('start_date'), lakehouse.date_var('end_date') -%}
  {%- set limits = [] -%}
  {%- if first_day -%}{%- do limits.append(day ~ ' >= ' ~ first_day) -%}{%- endif -%}
  {%- if last_day -%}{%- do limits.append(day ~ ' <= ' ~ last_day) -%}{%- endif -%}
  {{ limits | join(' and ') or 'true' }}
{%- endmacro %}


{% macro date_var(name) -%}
  {%- set value = (var(name) or '') | string -%}
  {%- if value and not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', value) -%}
    {%- do exceptions.raise_compiler_error(
      "The variable " ~ name ~ " must be a day, as YYYY-MM-DD, or empty. It is '" ~ value ~ "'."
    ) -%}
  {%- endif -%}
  {{ return("date'" ~ value ~ "'" if value else none) }}
{%- endmacro %}


{#- Visitors of a month from which a search term is shown. -#}
{% macro search_min_visitors() -%}
  {{ return(lakehouse.whole_number_var('search_min_visitors', 1)) }}
{%- endmacro %}
