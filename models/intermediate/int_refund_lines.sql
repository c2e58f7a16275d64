{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set months, shop_currency = changed_refund_months(), shop_currency() %}
{%- set to_convert %}(
    select refunds.refund_date, orders.currency
    from {{ ref('int_refund_deliveries') }} as refunds
    inner join {{ ref('int_order_amounts') }} as orders on refunds.order_id = orders.order_id
    where {{ in_months(months, 'refunds._month') }}
) as refunded
{%- endset %}
{%- do require_rates(to_convert, 'refund_date', 'true', 'refunds') %}
{{ replace_months(months) }}
with orders as (

    select * from {{ ref('int_order_amounts') }}

),

rates as (

    select rate_date, currency, rate from {{ ref('int_exchange_rates') }}

),

refunded_orders as (

    select distinct order_id from {{ ref('int_refund_deliveries') }}
    where {{ in_months(months) }}

),

-- All refunds of the orders with a refund in these months.
refunds as (

    select deliveries.*
    from {{ ref('int_refund_deliveries') }} as deliveries
    left semi join refunded_orders on deliveries.order_id = refunded_orders.order_id

),

joined as (

    select
        refunds.*,
        orders.currency as order_currency,
        orders.exchange_rate,
        orders.order_total,
        orders.order_date,
        orders.customer_id,
        orders.source,
        orders.is_cancelled,
        orders.is_paid,
        refunds.currency is not null and refunds.currency <> orders.currency as is_of_another_currency,
        refunds.amount + coalesce(refunds.tax, 0) + coalesce(refunds.shipping, 0) as refunded
    from refunds
    left join orders on refunds.order_id = orders.order_id

),

added_up as (

    select
        *,
        sum(case when not coalesce(is_of_another_currency, false) then refunded else 0 end) over (
            partition by order_id order by refund_time asc, refund_line_id asc
            rows between unbounded preceding and current row
        ) as refunded_so_far
    from joined

),

converted as (

    select
        added_up.*,
        case
            when added_up.is_of_another_currency then 'refund_currency_differs'
            when added_up.refunded_so_far > added_up.order_total then 'refund_exceeds_order'
        end as refused_by,
        {{ converted('added_up.amount', 'added_up.exchange_rate') }} as returns,
        {{ converted('coalesce(added_up.tax, 0)', 'added_up.exchange_rate') }} as returned_tax,
        {{ converted('coalesce(added_up.shipping, 0)', 'added_up.exchange_rate') }} as returned_shipping,
        {{ converted(
            'added_up.refunded',
            "case when added_up.order_currency = '" ~ shop_currency ~ "' then 1 else rates.rate end"
        ) }} as refunded_at_rate_of_refund
    from added_up
    left join rates on added_up.order_currency = rates.currency and added_up.refund_date = rates.rate_date

),

final as (

    select
        refund_line_id,
        refund_id,
        order_id,
        refund_time,
        refund_date,
        product_id,
        quantity,
        coalesce(order_currency, currency) as currency,
        amount,
        coalesce(tax, 0) as tax,
        coalesce(shipping, 0) as shipping,
        reason,
        coalesce(is_restocked, false) as is_restocked,
        order_date,
        customer_id,
        source,
        is_cancelled,
        is_paid,
        returns,
        returned_tax,
        returned_shipping,
        refunded_at_rate_of_refund - returns - returned_tax - returned_shipping as exchange_difference,
        refused_by,
        _source_file,
        _row_number,
        _batch_id,
        _ingested_at,
        _month,
        {{ version_column() }}
    from converted
    where {{ in_months(months) }}

)

select * from final
