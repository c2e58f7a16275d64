{% macro changed_months(relations, rows_from=none, dimensions=[], outdated=none) -%}
  {{ return(adapter.dispatch('changed_months', 'lakehouse')(relations, rows_from, dimensions, outdated)) }}
{%- endmacro %}

{% macro default__changed_months(relations, rows_from, dimensions, outdated) -%}
  {%- if not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- if lakehouse.is_unchanged(relations + dimensions) -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    {%- for relation in relations %}
    select distinct _month from {{ relation }} where _version > {{ seen_version(relation) }}
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
  {{ return(lakehouse.values_of(query)) }}
{%- endmacro %}
