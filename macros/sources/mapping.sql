{#- The building blocks of the models in models/sources. -#}

{#-
  Rows of a bronze table for a mapping, with the columns that the mapping passes through, see `delivery_columns`. A
  mapping is disabled if its source is not configured.
-#}
{% macro bronze_rows(source_name, export) -%}
    {%- do config(enabled=lakehouse.has_source(source_name)) %}
    select
        *,
        to_json(struct(*)) as _delivered,
        '{{ export }}' as _export
    from {{ ref('stg_' ~ source_name ~ '_' ~ export) }}
{%- endmacro %}


{% macro delivery_columns(relation=none) -%}
  {%- set columns = ['_delivered', '_export', '_source_file', '_row_number', '_batch_id', '_ingested_at', '_version'] -%}
  {%- for column in columns %}
        {{ relation ~ '.' if relation }}{{ column }}{{ ',' if not loop.last }}
  {%- endfor %}
{%- endmacro %}


{#- A field of a file: null if it is empty or blank. -#}
{% macro filled(column) -%}
  nullif(trim({{ column }}), '')
{%- endmacro %}


{#-
  What brought a visitor, in the terms of the native export, from a campaign's medium. Other media stay as they are.
-#}
{% macro channel(medium) -%}
  case
    when lower({{ medium }}) in ('(none)', 'none', '(direct)', 'direct') then 'direct'
    when lower({{ medium }}) in ('organic', 'search') then 'organic'
    when lower({{ medium }}) rlike '^(cp.|ppc|retargeting|paid.*|display|banner)$' then 'paid'
    when lower({{ medium }}) rlike '^(social|social-network|social-media|sm)$' then 'social'
    when lower({{ medium }}) in ('email', 'e-mail', 'newsletter') then 'email'
    when lower({{ medium }}) in ('referral', 'link') then 'referral'
    when lower({{ medium }}) not in ('(not set)', '(data deleted)', 'unknown', 'internal', '') then lower({{ medium }})
  end
{%- endmacro %}


{#-
  One row for each product of an event for which the condition is true, if it has products, and one for every other
  event.
-#}
{% macro one_row_a_product(condition, product) -%}
  posexplode(
    case when {{ condition }} and size(products) > 0 then products else array(cast(null as {{ product }})) end
  ) as (position, product)
{%- endmacro %}
