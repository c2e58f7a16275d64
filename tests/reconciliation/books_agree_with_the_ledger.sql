with books as (

    select * from {{ ref('books_by_month') }}

)

select *
from books
where
    ledger_amount is not null
    and abs(difference) > greatest(abs(ledger_amount) * {{ var('ledger_tolerance_pct') }} / 100, 0.01)
