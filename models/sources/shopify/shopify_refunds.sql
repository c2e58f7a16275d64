{%- set money = 'struct<shopMoney: struct<amount: string>>' %}
{%- set refund -%}
struct<id: string, createdAt: string, note: string, totalRefundedSet: {{ money }}, refundLineItems: string, refundShippingLines: string>
{%- endset %}
{%- set line -%}
struct<
    quantity: string, restocked: string, restockType: string, subtotalSet: {{ money }}, totalTaxSet: {{ money }},
    lineItem: struct<sku: string, name: string>
>
{%- endset %}
{%- set shipping_line = 'struct<subtotalAmountSet: ' ~ money ~ ', taxAmountSet: ' ~ money ~ '>' %}
with bulk as (

    {{ bronze_rows('shopify', 'bulk') }}
    where
        id like 'gid://shopify/Order/%' and {{ filled('parentid') }} is null
        and {{ filled('refunds') }} not in ('[]', '{}')

),

orders as (

    select
        *,
        {{ computed_once(shopify_nodes('refunds', refund)) }} as parsed_refunds,
        {{ shopify_has_taxes_in_prices(
            'taxesincluded', shopify_money('totaltaxset'), shopify_money('totalpriceset'),
            shopify_money('subtotalpriceset'), shopify_money('totalshippingpriceset'),
            shopify_money('totaltipreceivedset')
        ) }} as has_taxes_in_prices
    from bulk

),

refunds as (

    select
        *,
        explode(parsed_refunds) as refund
    from orders

),

-- The lines of a refund are goods or shipping.
goods as (

    select
        *,
        explode({{ shopify_nodes('refund.refundLineItems', line) }}) as line
    from refunds

),

shipping_lines as (

    select
        *,
        explode({{ shopify_nodes('refund.refundShippingLines', shipping_line) }}) as line
    from refunds

),

lines as (

    select
        name as order_id,
        refund,
        {{ shopify_product_id('line.lineItem.sku', 'line.lineItem.name') }} as product_id,
        line.quantity,
        {{ shopify_untaxed('line.subtotalSet.shopMoney.amount', 'line.totalTaxSet.shopMoney.amount') }} as amount,
        line.totalTaxSet.shopMoney.amount as tax,
        cast(null as string) as shipping,
        coalesce(line.restocked, case when line.restockType <> 'NO_RESTOCK' then 'true' else 'false' end) as restocked,
        {{ delivery_columns() }}
    from goods
    union all
    select
        name as order_id,
        refund,
        cast(null as string) as product_id,
        cast(null as string) as quantity,
        '0.00' as amount,
        line.taxAmountSet.shopMoney.amount as tax,
        {{ shopify_untaxed(
            'line.subtotalAmountSet.shopMoney.amount', 'line.taxAmountSet.shopMoney.amount'
        ) }} as shipping,
        'false' as restocked,
        {{ delivery_columns() }}
    from shipping_lines

),

accounted as (

    select
        refund.id as refund_gid,
        _version,
        _source_file,
        _row_number,
        sum(coalesce(try_cast(amount as decimal(12, 2)), 0)
            + coalesce(try_cast(tax as decimal(12, 2)), 0)
            + coalesce(try_cast(shipping as decimal(12, 2)), 0)) as amount
    from lines
    group by refund.id, _version, _source_file, _row_number

),

-- The amount refunded in addition to the lines; for a refund without lines, all of it. Negative if less than the lines.
remainders as (

    select
        refunds.name as order_id,
        refunds.refund,
        cast(null as string) as product_id,
        cast(null as string) as quantity,
        coalesce(
            cast(
                try_cast(refunds.refund.totalRefundedSet.shopMoney.amount as decimal(12, 2))
                - coalesce(accounted.amount, 0) as string
            ),
            refunds.refund.totalRefundedSet.shopMoney.amount
        ) as amount,
        cast(null as string) as tax,
        cast(null as string) as shipping,
        'false' as restocked,
        {{ delivery_columns('refunds') }}
    from refunds
    left join accounted
        on
            refunds.refund.id = accounted.refund_gid
            and refunds._version = accounted._version
            and refunds._source_file = accounted._source_file
            and refunds._row_number = accounted._row_number

),

unioned as (

    select * from lines
    union all
    select * from remainders
    where coalesce(try_cast(amount as decimal(12, 2)) <> 0, amount is not null)

),

final as (

    select
        {{ shopify_number('refund.id') }} as refund_id,
        order_id,
        refund.createdAt as refund_time,
        product_id,
        quantity,
        amount,
        tax,
        shipping,
        {{ filled('refund.note') }} as reason,
        restocked,
        {{ delivery_columns() }}
    from unioned
    union all
    -- a value that is not a list of refunds goes to the quarantine, by an id that is never valid
    select
        concat('refunds: ', refunds) as refund_id,
        name as order_id,
        createdat as refund_time,
        cast(null as string) as product_id,
        cast(null as string) as quantity,
        cast(null as string) as amount,
        cast(null as string) as tax,
        cast(null as string) as shipping,
        cast(null as string) as reason,
        cast(null as string) as restocked,
        {{ delivery_columns() }}
    from orders
    where parsed_refunds is null

)

select * from final
