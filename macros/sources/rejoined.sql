{#- The rows that a mapping looks up (`joined` of `source_entities`) may be delivered later than its own rows. -#}

{% macro joins_rows(entity) -%}
  {{ return(lakehouse.is_mapped(entity) and 'joined' in lakehouse.mapping(entity)) }}
{%- endmacro %}


{% macro joined_tables(entity) -%}
  {%- set tables = {} -%}
  {%- for export in (lakehouse.mapping(entity).joined.exports if lakehouse.joins_rows(entity) else []) -%}
    {%- do tables.update({export: ref('stg_' ~ lakehouse.entity_source(entity) ~ '_' ~ export)}) -%}
  {%- endfor -%}
  {{ return(tables) }}
{%- endmacro %}


{#-
  A query for the keys whose looked-up rows have changed since the last build, except the keys of new rows, which are
  processed anyway; none if there is no such key. As long as both arrive in one delivery, no old rows are processed
  again.
-#}
{% macro rejoined_keys(entity) -%}
  {%- if not lakehouse.joins_rows(entity) -%}{{ return(none) }}{%- endif -%}
  {%- set joined = lakehouse.mapping(entity).joined -%}
  {%- set relation, rows = ref(joined.model), lakehouse.delivered_entity(entity) -%}
  {%- if not execute or not is_incremental() -%}{{ return(none) }}{%- endif -%}
  {%- set changed = lakehouse.added_since(lakehouse.joined_tables(entity)) -%}
  {%- set columns = ([joined.key] + joined.columns) | join(', ') -%}
  {%- set query -%}
    select {{ joined.key }}
    from (
      select {{ columns }} from {{ relation }} where {{ changed }}
      except
      select {{ columns }} from {{ relation }} where not ({{ changed }})
    ) as changed
    where {{ joined.key }} is not null
    {%- if joined.is_of_one_row %}
    and {{ joined.key }} not in (
      select _joined_key from {{ rows }}
      where _joined_key is not null and ({{ lakehouse.added_since(lakehouse.bronze_tables(entity)) }})
    )
    {%- endif %}
  {%- endset -%}
  {#- queried several times in a run, for rows that exist since its start -#}
  {%- set answers = lakehouse.run_memory().setdefault('rejoined', {}) -%}
  {%- if query not in answers -%}
    {%- do answers.update({query: lakehouse.get_column_values(query ~ ' limit 1') != []}) -%}
  {%- endif -%}
  {{ return(query if answers[query] else none) }}
{%- endmacro %}


{#- The condition of rows that were added to one of the bronze tables since the last build. -#}
{% macro added_since(tables, by_export=true) -%}
  {%- set conditions = [] -%}
  {%- for export, table in tables.items() -%}
    {%- set added = '_version > ' ~ last_built_version(table) -%}
    {%- do conditions.append("(_export = '" ~ export ~ "' and " ~ added ~ ')' if by_export else added) -%}
  {%- endfor -%}
  {{ return(conditions | join(' or ') or 'false') }}
{%- endmacro %}
