{%- set figures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales'] %}

with orders as (

    select
        order_date, order_time, currency, exchange_rate, is_cancelled, is_paid, gross_sales, discounts,
        0 as returns, gross_sales - discounts as net_sales, shipping, tax, shop_total - tips as total_sales
    from {{ ref('int_order_amounts') }}

),

refunds as (

    select
        refund_date, order_date, refused_by, exchange_difference, 0 as gross_sales, 0 as discounts, returns,
        -returns as net_sales, -returned_shipping as shipping, -returned_tax as tax,
        -returns - returned_shipping - returned_tax as total_sales
    from {{ ref('int_refund_lines') }}
    where not is_cancelled

),

ours as (
    {%- for figure in figures %}

    select
        trunc(sales_date, 'month') as month,
        '{{ figure }}' as figure,
        {{ loop.index }} as step,
        sum({{ figure }}) as amount
    from {{ ref('daily_sales') }}
    group by trunc(sales_date, 'month')
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

theirs as (
    {%- for figure in figures %}
    {%- set amount = 'abs(' ~ figure ~ ')' if figure in ['discounts', 'returns'] else figure %}

    select month, '{{ figure }}' as figure, {{ loop.index }} as step, {{ amount }} as amount
    from {{ ref('int_ledger_totals') }}
    where {{ figure }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- What a figure would have more if its maker counted in the way that the cause names.
causes as (
    {%- for figure in figures %}
    {%- set exchange_sign = {'returns': '1', 'net_sales': '-1', 'total_sales': '-1'}.get(figure, '0') %}

    select '{{ figure }}' as figure, 'cancelled and voided orders' as cause, order_date as day, {{ figure }} as amount
    from orders
    where is_cancelled
    union all
    select '{{ figure }}' as figure, 'orders that are not paid' as cause, order_date as day, -{{ figure }} as amount
    from orders
    where not is_paid and not is_cancelled
    union all
    select
        '{{ figure }}' as figure, 'other currencies at face value' as cause, order_date as day,
        {{ figure }} / exchange_rate - {{ figure }} as amount
    from orders
    where exchange_rate <> 1 and not is_cancelled
    union all
    select '{{ figure }}' as figure, 'days in UTC' as cause, to_date(order_time) as day, {{ figure }} as amount
    from orders
    where not is_cancelled
    union all
    select '{{ figure }}' as figure, 'days in UTC' as cause, order_date as day, -{{ figure }} as amount
    from orders
    where not is_cancelled
    union all
    select
        '{{ figure }}' as figure, 'refunds on the day of the order' as cause, order_date as day,
        {{ figure }} as amount
    from refunds
    where refused_by is null
    union all
    select
        '{{ figure }}' as figure, 'refunds on the day of the order' as cause, refund_date as day,
        -{{ figure }} as amount
    from refunds
    where refused_by is null
    union all
    select '{{ figure }}' as figure, 'refunds in quarantine' as cause, refund_date as day, {{ figure }} as amount
    from refunds
    where refused_by is not null
    union all
    select
        '{{ figure }}' as figure, 'refunds at the rate of their day' as cause, refund_date as day,
        {{ exchange_sign }} * exchange_difference as amount
    from refunds
    where refused_by is null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

causes_by_month as (

    select trunc(day, 'month') as month, figure, cause, cast(round(sum(amount), 2) as decimal(18, 2)) as amount
    from causes
    group by trunc(day, 'month'), figure, cause

),

compared as (

    select
        coalesce(ours.month, theirs.month) as month,
        coalesce(ours.figure, theirs.figure) as figure,
        coalesce(ours.step, theirs.step) as step,
        cast(coalesce(ours.amount, 0) as decimal(18, 2)) as amount,
        cast(theirs.amount as decimal(18, 2)) as ledger_amount,
        cast(theirs.amount - coalesce(ours.amount, 0) as decimal(18, 2)) as difference
    from ours
    full outer join theirs on ours.month = theirs.month and ours.figure = theirs.figure

),

-- Only what would bring the two nearer to each other is a cause.
ranked as (

    select
        compared.month,
        compared.figure,
        concat(causes_by_month.cause, ' ', causes_by_month.amount) as cause,
        row_number() over (
            partition by compared.month, compared.figure
            order by abs(causes_by_month.amount) desc, causes_by_month.cause asc
        ) as rank
    from compared
    inner join causes_by_month
        on compared.month = causes_by_month.month and compared.figure = causes_by_month.figure
    where sign(compared.difference) * sign(causes_by_month.amount) > 0

),

largest as (

    select
        month,
        figure,
        concat_ws(
            ', ',
            {%- for rank in [1, 2, 3] %}
            max(case when rank = {{ rank }} then cause end){{ ',' if not loop.last }}
            {%- endfor %}
        ) as largest_causes
    from ranked
    group by month, figure

),

final as (

    select
        compared.month,
        compared.figure,
        compared.step,
        compared.amount,
        compared.ledger_amount,
        compared.difference,
        cast(
            round({{ safe_divide('100 * compared.difference', 'compared.ledger_amount') }}, 2) as decimal(14, 2)
        ) as difference_pct,
        largest.largest_causes
    from compared
    left join largest on compared.month = largest.month and compared.figure = largest.figure

)

select * from final
