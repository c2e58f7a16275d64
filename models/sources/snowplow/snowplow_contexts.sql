{{ config(enabled=has_source('snowplow')) }}

{#- What is read of each context, as it is named in its export. -#}
{%- set contexts = {
    'action': {'action_type': 'type'},
    'product': {'product_id': 'id', 'quantity': 'quantity'},
    'checkout_step': {'checkout_step': 'step'},
    'transaction': {'order_id': 'transaction_id', 'amount': 'revenue', 'payment': 'payment_method'},
    'user': {'customer_id': 'id'},
    'client_session': {'session_id': 'session_id'},
    'site_search': {'search_terms': 'terms', 'search_results': 'total_results'},
} %}
{%- set columns = contexts.values() | map('list') | sum(start=[]) %}
with final as (
    {%- for export, fields in contexts.items() %}

    select
        root_id as event_id,
        {%- for column in columns %}
        {{ filled(fields[column]) if column in fields else 'cast(null as string)' }} as {{ column }},
        {%- endfor %}
        '{{ export }}' as _export,
        _source_file,
        _row_number,
        _ingested_at,
        _version
    from {{ ref('stg_snowplow_' ~ export) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select * from final
