{#- Nearly all keys are delivered once, so only those that are not are sorted. -#}
{% macro latest_delivery(relation, columns, key, keys) -%}
  {{ return(adapter.dispatch('latest_delivery', 'lakehouse')(relation, columns, key, keys)) }}
{%- endmacro %}

{% macro default__latest_delivery(relation, columns, key, keys) -%}
{%- set repeated -%}
select {{ key }} from ({{ keys }}) as all_keys where {{ key }} is not null group by {{ key }} having count(*) > 1
{%- endset -%}
{%- if execute and not lakehouse.values_of(repeated ~ ' limit 1') -%}
latest as (

    select * from {{ relation }}

)
{%- else -%}
repeated as (

    {{ repeated }}

),

ranked as (

    select
        {{ relation }}.*,
        row_number() over (
            partition by {{ relation }}.{{ key }}
            order by
                {{ relation }}._ingested_at desc,
                {{ relation }}._source_file desc,
                {{ relation }}._row_number desc
        ) as delivery
    from {{ relation }}
    left semi join repeated on {{ relation }}.{{ key }} = repeated.{{ key }}

),

latest as (

    select {{ columns | join(', ') }} from {{ relation }}
    left anti join repeated on {{ relation }}.{{ key }} = repeated.{{ key }}
    union all
    select {{ columns | join(', ') }} from ranked where delivery = 1

)
{%- endif -%}
{%- endmacro %}
