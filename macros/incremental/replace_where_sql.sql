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
