{{ config(materialized='view') }}

{{ checked_rows('ledger_totals', [
    ['month', 'month', 'month'],
    ['gross_sales', 'gross_sales', 'signed_amount'],
    ['discounts', 'discounts', 'signed_amount'],
    ['returns', 'returns', 'signed_amount'],
    ['net_sales', 'net_sales', 'signed_amount'],
    ['shipping', 'shipping', 'signed_amount'],
    ['tax', 'tax', 'signed_amount'],
    ['total_sales', 'total_sales', 'signed_amount'],
]) }}
