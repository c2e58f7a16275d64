{{ config(severity='warn') }}

{{ masked_emails([
    ref('int_customers'), ref('int_products'), ref('int_sessions'), ref('int_events'), ref('int_orders'),
    ref('int_refund_deliveries'),
]) }}
