{#-
  The months that an incremental model has to work on again: those in which a table it reads has changed since, and those
  that its own table has and none of them has any more. A change in one of the dimensions, which have no months, is one in
  all months. None (all months) in a full build.
-#}
{% macro changed_months(relations, dimensions=[]) -%}
  {{ return(adapter.dispatch('changed_months', 'lakehouse')(relations, dimensions)) }}
{%- endmacro %}

{% macro default__changed_months(relations, dimensions) -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if lakehouse.is_unchanged(relations + dimensions) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    {%- for relation in relations %}
    select distinct _month from {{ relation }}
    where
      _version > {{ seen_version(relation) }}
      {%- for dimension in dimensions %}
      or exists (select 1 from {{ dimension }} where _version > {{ seen_version(dimension) }})
      {%- endfor %}
    union
    {%- endfor %}
    (
      select distinct _month from {{ this }}
      {%- for relation in relations %}
      except
      select distinct _month from {{ relation }}
      {%- endfor %}
    )
  {%- endset -%}
  {{ return(run_query(query).columns[0].values() | sort) }}
{%- endmacro %}
