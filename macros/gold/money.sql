{#- Currencies, and the ladder from gross sales to total sales. -#}

{% macro shop_currency() -%}
  {%- set currency = var('shop_currency') | string -%}
  {%- if not modules.re.fullmatch('[A-Z]{3}', currency) -%}
    {%- do exceptions.raise_compiler_error(
      "The variable shop_currency must be an ISO 4217 code, such as EUR. It is '" ~ currency ~ "'."
    ) -%}
  {%- endif -%}
  {{ return(currency) }}
{%- endmacro %}


{% macro converted(amount, rate) -%}
  cast(
    round(cast({{ amount }} as decimal(14, 2)) * cast({{ rate }} as decimal(18, 8)), 2) as decimal(14, 2)
  )
{%- endmacro %}


{% macro require_rates(relation, day, condition, rows) -%}
  {#- neither while dbt parses nor in unit tests, whose relations cannot be queried -#}
  {%- if execute and graph.sources is defined -%}
    {%- set query -%}
      select amounts.day, amounts.currency, count(*) as row_count
      from (select {{ day }} as day, currency from {{ relation }} where {{ condition }}) as amounts
      left anti join {{ ref('int_exchange_rates') }} as rates
        on amounts.currency = rates.currency and amounts.day = rates.rate_date
      where amounts.currency <> '{{ lakehouse.shop_currency() }}'
      group by amounts.day, amounts.currency
      order by amounts.day, amounts.currency
    {%- endset -%}
    {%- set missing = run_query(query).rows -%}
    {%- if missing -%}
      {%- set lines = [] -%}
      {%- for row in missing[:20] -%}
        {%- do lines.append(
          row.day ~ ': ' ~ row.currency ~ ' to ' ~ lakehouse.shop_currency() ~ ' (' ~ rows ~ ': ' ~ row.row_count ~ ')'
        ) -%}
      {%- endfor -%}
      {%- do exceptions.raise_compiler_error(
        'There are no exchange rates of these days:\n  ' ~ lines | join('\n  ')
        ~ ('\n  and ' ~ (missing | length - 20) ~ ' more' if missing | length > 20 else '')
        ~ '\nDeliver them as a file of exchange_rates: rate_date, currency, rate.'
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{#- The rounding difference of an order's amount goes to its first and largest line. -#}
{% macro without_loss(total, share, partition, number) -%}
  cast(
    case
      when {{ number }} = 1 then {{ total }} - sum({{ share }}) over (partition by {{ partition }}) + {{ share }}
      else {{ share }}
    end as decimal(14, 2)
  )
{%- endmacro %}
