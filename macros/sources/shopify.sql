{#- The digits of a global identifier: gid://shopify/Order/123. -#}
{% macro shopify_number(gid) -%}
  nullif(regexp_extract({{ gid }}, '([0-9]+)$', 1), '')
{%- endmacro %}


{#- 2026-05-01 23:54:11 -0400, without the blank before the offset. -#}
{% macro shopify_time(column) -%}
  regexp_replace(trim({{ column }}), ' ([+-][0-9]{2}:?[0-9]{2})$', '$1')
{%- endmacro %}


{% macro shopify_money(column) -%}
  get_json_object({{ column }}, '$.shopMoney.amount')
{%- endmacro %}


{#- The SKU is the only id that orders and products have in common; without a SKU, their name is used. -#}
{% macro shopify_product_id(sku, name) -%}
  coalesce({{ filled(sku) }}, concat('name-', left(sha2(lower({{ filled(name) }}), 256), 32)))
{%- endmacro %}


{#- The members of a list, which exports write as a plain list, as `nodes` or as `edges`; null if it is not a list. -#}
{% macro shopify_nodes(json, type) -%}
  coalesce(
    case when {{ json }} like '[%' then from_json({{ json }}, 'array<{{ type }}>') end,
    from_json(get_json_object({{ json }}, '$.nodes'), 'array<{{ type }}>'),
    transform(from_json(get_json_object({{ json }}, '$.edges'), 'array<struct<node: {{ type }}>>'), edge -> edge.node)
  )
{%- endmacro %}


{#- Where the export does not say it: tax that is not added to the other amounts is included in the prices. -#}
{% macro shopify_has_taxes_in_prices(stated, tax, total, net, shipping, tips) -%}
  coalesce(
    lower({{ filled(stated) }}) = 'true',
    try_cast({{ tax }} as decimal(12, 2)) > 0
    and try_cast({{ total }} as decimal(12, 2))
    = try_cast({{ net }} as decimal(12, 2)) + coalesce(try_cast({{ shipping }} as decimal(12, 2)), 0)
    + coalesce(try_cast({{ tips }} as decimal(12, 2)), 0),
    false
  )
{%- endmacro %}


{#- The sum of the fees of all payments of an order; null if there are none. -#}
{% macro shopify_payment_fee(payments) -%}
  {%- set type = 'array<struct<fees: array<struct<amount: struct<amount: string>>>>>' -%}
  cast(
    aggregate(
      filter(
        flatten(
          filter(transform(from_json({{ payments }}, '{{ type }}'), payment -> payment.fees), fees -> fees is not null)
        ),
        fee -> fee.amount.amount is not null
      ),
      cast(null as decimal(12, 2)),
      (total, fee) -> cast(coalesce(total, 0) + try_cast(fee.amount.amount as decimal(12, 2)) as decimal(12, 2))
    ) as string
  )
{%- endmacro %}


{#- An amount of a refund without tax, if the order's prices include tax. -#}
{% macro shopify_untaxed(amount, tax) -%}
  case
    when has_taxes_in_prices and try_cast({{ tax }} as decimal(12, 2)) > 0
      then coalesce(
        cast(try_cast({{ amount }} as decimal(12, 2)) - try_cast({{ tax }} as decimal(12, 2)) as string), {{ amount }}
      )
    else {{ amount }}
  end
{%- endmacro %}
