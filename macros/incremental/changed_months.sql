{#-
  The months that an incremental model has to work on again: those in which a table it reads has changed since, and those
  that have rows from such a table and that the table has no more. Which rows these are says a condition for each table in
  `rows_from`; without it they are all rows. A change in one of the dimensions, which have no months, is one in all
  months. None (all months) in a full build.
-#}
{% macro changed_months(relations, dimensions=[], rows_from=none) -%}
  {{ return(adapter.dispatch('changed_months', 'lakehouse')(relations, dimensions, rows_from)) }}
{%- endmacro %}

{% macro default__changed_months(relations, dimensions, rows_from) -%}
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
    (
      select distinct _month from {{ this }}{% if rows_from %} where {{ rows_from[loop.index0] }}{% endif %}
      except
      select distinct _month from {{ relation }}
    )
    {%- if not loop.last %}
    union
    {%- endif %}
    {%- endfor %}
  {%- endset -%}
  {{ return(run_query(query).columns[0].values() | sort) }}
{%- endmacro %}
