{{ config(materialized='view') }}

{{ checked_rows('exchange_rates', [
    ['rate_date', 'rate_date', 'date'],
    ['currency', 'currency', 'required_currency'],
    ['rate', 'rate', 'rate'],
], [
    ['rate_id', "case when broken_rule is null then concat_ws(':', currency, rate_date) end"],
]) }}
