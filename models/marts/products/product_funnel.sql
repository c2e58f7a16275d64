{{ config(materialized='incremental', incremental_strategy='replace_where', partition_by='_month') }}

{%- set months = changed_months([ref('product_metrics')]) %}
{{ replace_months(months) }}
with product_metrics as (

    select * from {{ ref('product_metrics') }}
    where {{ in_months(months) }}

),

final as (

    select
        event_date,
        product_id,
        view_count,
        cart_count,
        order_count,
        {{ percentage('cart_count', 'view_count') }} as view_to_cart_pct,
        {{ percentage('order_count', 'cart_count') }} as cart_to_purchase_pct,
        {{ percentage('order_count', 'view_count') }} as overall_conversion_pct,
        cart_count > view_count as has_quick_add,
        _month,
        {{ version_column() }}
    from product_metrics

)

select * from final
