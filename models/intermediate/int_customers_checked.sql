{{ config(materialized='view') }}

{{ checked_rows('customers', [
    ['customer_id', 'customer_id', 'key'],
    ['customer_name', 'name', 'text'],
    ['email', 'email', 'email'],
    ['country', 'country', 'code'],
    ['age', 'age', 'age'],
    ['signup_date', 'signup_date', 'optional_date' if is_mapped('customers') else 'date'],
    ['marketing_opt_in', 'marketing_opt_in', 'boolean'],
]) }}
