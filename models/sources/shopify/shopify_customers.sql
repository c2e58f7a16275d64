with exported as (

    {{ bronze_rows('shopify', 'customers') }}

),

bulk as (

    {{ bronze_rows('shopify', 'bulk') }}
    where id like 'gid://shopify/Customer/%' and {{ filled('parentid') }} is null

),

from_admin as (

    select
        -- a leading apostrophe keeps spreadsheets from rounding it
        regexp_replace(customer_id, '^[^0-9]', '') as customer_id,
        concat_ws(' ', {{ filled('first_name') }}, {{ filled('last_name') }}) as name,
        email,
        default_address_country_code as country,
        cast(null as string) as signup_date,
        accepts_email_marketing as marketing_opt_in,
        {{ delivery_columns() }}
    from exported

),

from_bulk as (

    select
        {{ shopify_number('id') }} as customer_id,
        concat_ws(' ', {{ filled('firstname') }}, {{ filled('lastname') }}) as name,
        email,
        get_json_object(defaultaddress, '$.countryCodeV2') as country,
        createdat as signup_date,
        case get_json_object(emailmarketingconsent, '$.marketingState')
            when 'SUBSCRIBED' then 'true'
            when 'UNSUBSCRIBED' then 'false'
            when 'NOT_SUBSCRIBED' then 'false'
        end as marketing_opt_in,
        {{ delivery_columns() }}
    from bulk

),

unioned as (

    select * from from_admin
    union all
    select * from from_bulk

),

final as (

    select
        *,
        lower({{ filled('email') }}) as email_key
    from unioned

)

select * from final
