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


{% macro changed_order_months() -%}
  {%- set orders, items = ref('int_orders'), ref('int_order_items') -%}
  {%- set months = lakehouse.changed_months([orders]) -%}
  {%- if months is none or lakehouse.is_unchanged([items]) -%}{{ return(months) }}{%- endif -%}
  {%- set query -%}
    select distinct _month from {{ orders }}
    where order_id in (select order_id from {{ items }} where _version > {{ last_built_version(items) }})
  {%- endset -%}
  {{ return((months + run_query(query).columns[0].values() | list) | unique | sort) }}
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


{#- dbt-databricks reads the predicate of `replace_where` from the configuration; here the model's SQL states it. -#}
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


{#- Tables are clustered (`liquid_clustered_by`), which excludes partitions. -#}
{% macro databricks__partition_cols(label, required=false) -%}{%- endmacro %}
