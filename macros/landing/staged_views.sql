{% macro staged_views(entity, kind, files) -%}
  {%- set count = 'row_count' if kind == 'data' else 'rejected_count' -%}
  {%- set loaded = run_query('select max(_batch_id) from ' ~ this).columns[0].values()[0] if is_incremental() else none -%}
  {%- set groups = {} -%}
  {%- for file in files -%}
    {%- if file[count] > 0 and file.batch_id > (loaded or 0) -%}
      {%- set staged = lakehouse.staged_file(file) -%}
      {#- lines that are no rows have the same columns, whatever their files have, unless they are still to be read #}
      {%- set columns = staged.columns if kind == 'data' or not staged[kind] else [] -%}
      {%- set key = file.batch_id ~ ':' ~ columns | join(',') -%}
      {%- if key not in groups -%}
        {%- do groups.update({key: {'file': file, 'columns': columns, 'paths': []}}) -%}
      {%- endif -%}
      {%- do groups[key].paths.append(staged[kind] or file.path) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set views = [] -%}
  {%- for group in groups.values() -%}
    {%- set name = 'staged_' ~ kind ~ '_' ~ entity ~ '_' ~ loop.index -%}
    {%- do lakehouse.register_staged(name, kind, group) -%}
    {%- do views.append({
      'name': name, 'entity': entity, 'columns': group.columns,
      'batch_id': group.file.batch_id, 'ingested_at': group.file.ingested_at
    }) -%}
  {%- endfor -%}
  {{ return(views) }}
{%- endmacro %}


{% macro staged_audit_columns(view) -%}
    _source_file,
    _row_number,
    cast({{ view.batch_id }} as bigint) as _batch_id,
    cast('{{ view.ingested_at }}' as timestamp) as _ingested_at,
    cast({{ next_version() }} as bigint) as _version
{%- endmacro %}
