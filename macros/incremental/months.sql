{% macro changed_months(relations, rows_from=none, dimensions=[], outdated=none) -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if lakehouse.is_unchanged(relations + dimensions) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    {%- for relation in relations %}
    select distinct _month from {{ relation }} where _version > {{ last_built_version(relation) }}
    union
    (
      select distinct _month from {{ this }}{% if rows_from %} where {{ rows_from[loop.index0] }}{% endif %}
      except
      select distinct _month from {{ relation }}
    )
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
    {%- if not lakehouse.is_unchanged(dimensions) %}
    union
    {{ outdated }}
    {%- endif %}
  {%- endset -%}
  {{ return(lakehouse.get_column_values(query)) }}
{%- endmacro %}


{#- For what a row of one month says of those in later months. -#}
{% macro changed_and_later_months(relation) -%}
  {%- set months = lakehouse.changed_months([relation]) -%}
  {%- if not months -%}{{ return(months) }}{%- endif -%}
  {{ return(lakehouse.get_column_values(
    "select _month from (select _month from " ~ relation ~ " union select _month from " ~ this ~ ") as known_months "
    ~ "where _month >= '" ~ months[0] ~ "'"
  )) }}
{%- endmacro %}


{% macro changed_order_months() -%}
  {%- set orders, items, rates = ref('int_orders'), ref('int_order_items'), ref('int_exchange_rates') -%}
  {%- set months = lakehouse.changed_months([orders]) -%}
  {%- if months is none or lakehouse.is_unchanged([items, rates]) -%}{{ return(months) }}{%- endif -%}
  {%- set query -%}
    select distinct _month from {{ orders }}
    where order_id in (select order_id from {{ items }} where _version > {{ last_built_version(items) }})
    union
    select distinct orders._month
    from {{ orders }} as orders
    inner join {{ rates }} as rates on orders.currency = rates.currency and orders.order_date = rates.rate_date
    where rates._version > {{ last_built_version(rates) }}
  {%- endset -%}
  {{ return((months + run_query(query).columns[0].values() | list) | unique | sort) }}
{%- endmacro %}


{#- The refunds of an order are checked together, whatever their months. -#}
{% macro changed_refund_months() -%}
  {%- set refunds, orders = ref('int_refund_deliveries'), ref('int_order_amounts') -%}
  {%- set rates = ref('int_exchange_rates') -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if lakehouse.is_unchanged([refunds, orders, rates]) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    with changed as (
      select refund_line_id, order_id from {{ refunds }} where _version > {{ last_built_version(refunds) }}
    ),
    touched as (
      select order_id from changed
      union
      select order_id from {{ orders }} where _version > {{ last_built_version(orders) }}
      union
      {#- orders that a refund no longer belongs to #}
      select existing.order_id
      from {{ this }} as existing
      left semi join changed on existing.refund_line_id = changed.refund_line_id
    )
    select _month from {{ refunds }} where order_id in (select order_id from touched)
    union
    select _month from {{ this }} where order_id in (select order_id from touched)
    union
    select refunds._month
    from {{ refunds }} as refunds
    inner join {{ orders }} as orders on refunds.order_id = orders.order_id
    inner join {{ rates }} as rates on orders.currency = rates.currency and refunds.refund_date = rates.rate_date
    where rates._version > {{ last_built_version(rates) }}
  {%- endset -%}
  {{ return(lakehouse.get_column_values(query)) }}
{%- endmacro %}


{% macro months_of_spans(spans) -%}
  select first_month, last_month, date_format(day, 'yyyy-MM') as _month
  from (
    select first_month, last_month, explode(sequence(
      cast(concat(first_month, '-01') as date), cast(concat(last_month, '-01') as date), interval '1' month
    )) as day
    from {{ spans }}
  ) as first_days
{%- endmacro %}


{% macro in_months(months, column='_month') -%}
  {%- if months is none -%}true
  {%- elif months -%}{{ column }} in ('{{ months | join("', '") }}')
  {%- else -%}false
  {%- endif -%}
{%- endmacro %}


{% macro replace_months(months) -%}
  {%- if months is not none -%}
  {{ replace_where(lakehouse.in_months(months) if months else none) }}
  {%- endif -%}
{%- endmacro %}


{% macro replace_where(predicate=none) -%}
  /* replace_where: {{ predicate or 'nothing' }} */
{%- endmacro %}


{#- dbt-databricks reads the predicate of `replace_where` from the configuration; here it is set in the model's SQL. -#}
{% macro databricks__get_incremental_replace_where_sql(arg_dict) -%}
  {%- set stated = modules.re.search('/\\* replace_where: (.*?) \\*/', model.compiled_code) -%}
  {%- if not stated -%}
    {%- do exceptions.raise_compiler_error('The model ' ~ model.name ~ ' does not call replace_where().') -%}
  {%- elif stated.group(1) == 'nothing' -%}
    {{ return('select 1 where false') }}
  {%- endif -%}
  {%- do arg_dict.update(incremental_predicates=stated.group(1)) -%}
  {{ return(get_replace_where_sql(arg_dict)) }}
{%- endmacro %}


{#- Tables are clustered (`liquid_clustered_by`), which rules out partitions. -#}
{% macro databricks__partition_cols(label, required=false) -%}{%- endmacro %}
