{% macro ledger() -%}
  {%- set relation = load_relation(ref('ingested_files')) if model.name != 'ingested_files' else load_relation(this) -%}
  {%- if relation is none -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    select entity, path, sha256, batch_id, row_count, rejected_count, cast(ingested_at as string) as ingested_at
    from {{ relation }}
    order by batch_id, path
  {%- endset -%}
  {{ return(run_query(query).rows) }}
{%- endmacro %}
