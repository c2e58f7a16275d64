{%- set figures = ['gross_sales', 'discounts', 'returns', 'net_sales', 'shipping', 'tax', 'total_sales'] %}

with ours as (
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

causes as (

    select * from {{ ref('int_book_causes') }}

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

-- Only what would bring the two figures closer together is a cause.
ranked as (

    select
        compared.month,
        compared.figure,
        concat(causes.cause, ' ', causes.amount) as cause,
        row_number() over (
            partition by compared.month, compared.figure
            order by abs(causes.amount) desc, causes.cause asc
        ) as rank
    from compared
    inner join causes
        on compared.month = causes.month and compared.figure = causes.figure
    where sign(compared.difference) * sign(causes.amount) > 0

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
        ) as relative_difference,
        largest.largest_causes
    from compared
    left join largest on compared.month = largest.month and compared.figure = largest.figure

)

select * from final
