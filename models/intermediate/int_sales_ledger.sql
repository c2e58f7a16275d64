{{ config(incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months(
    [ref('int_order_lines'), ref('int_refund_lines')],
    rows_from=["entry_type = 'sale'", "entry_type = 'return'"],
) %}
{{ replace_months(months) }}
with order_lines as (

    select *, gross_revenue - net_revenue as discounts
    from {{ ref('int_order_lines') }}
    where not is_cancelled

),

-- Cancelled orders, and orders that have not arrived yet, have no returns.
refunds as (

    select * from {{ ref('int_refund_lines') }}
    where refused_by is null and not is_cancelled and {{ in_months(months) }}

),

-- A refund without a product is allocated to the lines of its order, like discounts, shipping and tax.
returned_lines as (

    select
        refunds.*,
        order_lines.line_number,
        order_lines.product_id as returned_product_id,
        order_lines.gross_revenue,
        sum(order_lines.gross_revenue) over (partition by refunds.refund_line_id) as order_gross_revenue
    from refunds
    inner join order_lines
        on
            refunds.order_id = order_lines.order_id
            and (refunds.product_id is null or order_lines.line_number = 1)

),

shared as (

    select
        *,
        {%- for amount in ['returns', 'returned_shipping', 'returned_tax', 'exchange_difference'] %}
        {{ allocated_share(amount, 'gross_revenue', 'order_gross_revenue') }} as {{ amount }}_share
        {{- ',' if not loop.last }}
        {%- endfor %}
    from returned_lines

),

returned as (

    select
        refund_line_id, line_number, refund_date, order_date, order_id, customer_id, source, is_paid, is_restocked,
        coalesce(product_id, returned_product_id) as product_id,
        case when line_number = 1 then coalesce(quantity, 0) else 0 end as quantity,
        {%- for amount in ['returns', 'returned_shipping', 'returned_tax', 'exchange_difference'] %}
        {{ without_loss(amount, amount ~ '_share', 'refund_line_id', 'line_number') }} as {{ amount }},
        {%- endfor %}
        _month
    from shared

),

entries as (

    select
        'sale' as entry_type,
        concat_ws(':', order_id, line_number) as entry_id,
        order_date as entry_date,
        order_date, order_time, order_id, line_number, customer_id, product_id, source, is_paid,
        quantity,
        0 as returned_quantity,
        0 as restocked_quantity,
        gross_revenue as gross_sales,
        discounts,
        0 as returns,
        shipping,
        tax,
        tips,
        payment_fee,
        0 as exchange_difference,
        _month
    from order_lines
    where {{ in_months(months) }}
    union all
    select
        'return' as entry_type,
        concat_ws(':', refund_line_id, line_number) as entry_id,
        refund_date as entry_date,
        order_date, null as order_time, order_id, line_number, customer_id, product_id, source, is_paid,
        0 as quantity,
        quantity as returned_quantity,
        case when is_restocked then quantity else 0 end as restocked_quantity,
        0 as gross_sales,
        0 as discounts,
        returns,
        -returned_shipping as shipping,
        -returned_tax as tax,
        0 as tips,
        0 as payment_fee,
        exchange_difference,
        _month
    from returned

),

stepped as (

    select
        *,
        gross_sales - discounts - returns as net_sales,
        gross_sales - discounts - returns + shipping + tax as total_sales
    from entries

),

final as (

    select
        entry_type,
        entry_id,
        entry_date,
        order_date,
        cast(order_time as timestamp) as order_time,
        order_id,
        line_number,
        customer_id,
        product_id,
        source,
        cast(quantity as int) as quantity,
        cast(returned_quantity as int) as returned_quantity,
        cast(restocked_quantity as int) as restocked_quantity,
        {%- for amount in [
            'gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales', 'tips', 'payment_fee',
            'exchange_difference'
        ] %}
        cast({{ amount }} as decimal(14, 2)) as {{ amount }},
        {%- endfor %}
        cast(case when is_paid then total_sales + tips else 0 end as decimal(14, 2)) as paid,
        cast(case when is_paid then 0 else total_sales + tips end as decimal(14, 2)) as outstanding,
        _month,
        {{ version_column() }}
    from stepped

)

select * from final
