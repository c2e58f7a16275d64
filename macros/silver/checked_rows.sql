{% macro checked_rows(entity, fields, derived=[]) -%}
{%- set mapped = lakehouse.is_mapped(entity) -%}
{%- set kinds = lakehouse.field_kinds(fields, mapped) -%}
{%- do lakehouse.check_fields(entity, fields, kinds) -%}
{%- set absent = lakehouse.absent_columns(entity, fields) -%}
{#- Delivered columns never begin with _, so the columns that this macro adds do. -#}
with delivered as (

    {#- The delivered columns are not named: a view cannot have column names with blanks or quotes, but files can. #}
    select
        *
        {%- for column in absent %},
        cast(null as string) as {{ adapter.quote(column) }}
        {%- endfor %}
        {%- if not mapped %},
        struct(*) as _delivered
        {%- endif %}
    from {{ lakehouse.delivered_entity(entity) }}

),

cleaned as (

    select
        *
        {%- for name, column, kind in fields %},
        {%- if kind in ['text', 'masked_text'] %}
        nullif({{ lakehouse.trimmed(adapter.quote(column)) }}, '') as _raw_{{ name }}
        {%- else %}
        {{ lakehouse.clean(adapter.quote(column)) }} as _raw_{{ name }}
        {%- endif %}
        {%- endfor %}
    from delivered

),

converted as (

    select
        *
        {%- for name, column, kind in fields %},
        {{ kinds[kind].convert | replace('{raw}', '_raw_' ~ name) }} as _value_{{ name }}
        {%- endfor %}
    from cleaned

),

checked as (

    {%- set broken %}
        case
            {%- for rule in lakehouse.quarantine_rules() %}
            {%- for name, column, kind in fields if rule in kinds[kind].rules and column not in absent %}
            when {{ kinds[kind].rules[rule] | replace('{raw}', '_raw_' ~ name) | replace('{value}', '_value_' ~ name) }}
                then '{{ rule }}:{{ column }}'
            {%- endfor %}
            {%- endfor %}
        end
    {%- endset %}

    select
        *,
        {{ lakehouse.computed_once(broken) }} as _broken
    from converted

),

named as (

    select
        {%- for name, column, kind in fields %}
        {{ kinds[kind].get('final', '{value}') | replace('{value}', '_value_' ~ name) }} as {{ name }},
        {%- endfor %}
        split_part(_broken, ':', 1) as broken_rule,
        split_part(_broken, ':', 2) as broken_column,
        case split_part(_broken, ':', 2)
            {%- for column in fields | map(attribute=1) %}
            when '{{ column }}' then {{ adapter.quote(column) }}
            {%- endfor %}
        end as broken_value,
        case
            when _broken is not null
                then {{ lakehouse.without_audit_columns('_delivered' if mapped else 'to_json(_delivered)') }}
        end as raw_row,
        {%- if mapped %}
        _export,
        {%- endif %}
        {%- if lakehouse.joins_rows(entity) %}
        _joined_key,
        {%- endif %}
        '{{ lakehouse.entity_source(entity) }}' as _source_system,
        _source_file, _row_number, _batch_id, _ingested_at, _version
    from checked

),

final as (

    select
        *
        {%- for name, expression in derived %},
        {{ expression }} as {{ name }}
        {%- endfor %}
    from named

)

select * from final
{%- endmacro %}


{#- For a delivered row in JSON. Quotes within a value have a backslash before them, so no value is cut. -#}
{% macro without_audit_columns(json) -%}
  regexp_replace({{ json }}, ',"_source_file":.*?,"_version":[0-9]+', '')
{%- endmacro %}


{% macro computed_once(expression) -%}
  {{ return(adapter.dispatch('computed_once', 'lakehouse')(expression)) }}
{%- endmacro %}

{% macro default__computed_once(expression) -%}
  {#- an optimiser pushes a filter below an expression and copies the expression into it, but not below an explode() -#}
        explode(array({{ expression }}))
{%- endmacro %}

{% macro spark_connect__computed_once(expression) -%}
  {%- if target.engine == 'sail' -%}
  {#- cheaper there; always true, and random expressions are not moved #}
        case when rand() >= 0 then {{ expression }} end
  {%- else -%}
  {{ lakehouse.default__computed_once(expression) }}
  {%- endif -%}
{%- endmacro %}
