{#-
  A batch reaches the table in one commit, so a batch that the table has is there whole; one that a killed run left out is
  loaded now.
-#}
{% macro landed_rows(export, source_name='native') -%}
  {%- do config(enabled=source_name == 'native' or lakehouse.has_source(source_name)) -%}
  {%- set entity = export if source_name == 'native' else source_name ~ '_' ~ export -%}
  {%- set declared = ['_'] -%}
  {%- set views = [] -%}
  {%- if execute -%}
    {%- set declared = lakehouse.known_exports()[entity].columns -%}
  {%- endif -%}
  {#- the models of the native source are there for silver, also where it is not named -#}
  {%- if execute and entity in lakehouse.landing_exports() -%}
    {%- set ledger = lakehouse.ledger() -%}
    {%- set errors = lakehouse.scan_landing(entity, ledger).errors -%}
    {%- if errors -%}
      {%- do exceptions.raise_compiler_error(errors | join('\n')) -%}
    {%- endif -%}
    {%- set views = lakehouse.staged_views(entity, 'data', ledger | selectattr('entity', 'equalto', entity) | list) -%}
  {%- endif -%}
  {%- set columns = declared + views | map(attribute='columns') | sum(start=[]) | unique | reject('in', declared) | list -%}
  {%- for view in views %}
  select
    {%- for column in columns %}
    {{ adapter.quote(column) if column in view.columns else 'cast(null as string) as ' ~ adapter.quote(column) }},
    {%- endfor %}
    {{ lakehouse.staged_audit_columns(view) }}
  from {{ view.name }}
  {{ 'union all' if not loop.last }}
  {%- else %}
  select
    {%- for column in columns %}
    cast(null as string) as {{ adapter.quote(column) }},
    {%- endfor %}
    cast(null as string) as _source_file,
    cast(null as bigint) as _row_number,
    cast(null as bigint) as _batch_id,
    cast(null as timestamp) as _ingested_at,
    cast(null as bigint) as _version
  where false
  {%- endfor %}
{%- endmacro %}


{% macro unparsable_rows() -%}
  {%- set ledger = lakehouse.ledger() if execute else [] -%}
  {%- set views = [] -%}
  {%- for entity in lakehouse.landing_exports() | sort -%}
    {%- do views.extend(
      lakehouse.staged_views(entity, 'rejects', ledger | selectattr('entity', 'equalto', entity) | list)
    ) -%}
  {%- endfor -%}
  {%- for view in views %}
  select
    '{{ view.entity }}' as entity,
    problem,
    raw_row,
    {{ lakehouse.staged_audit_columns(view) }}
  from {{ view.name }}
  {{ 'union all' if not loop.last }}
  {%- else %}
  select
    cast(null as string) as entity,
    cast(null as string) as problem,
    cast(null as string) as raw_row,
    cast(null as string) as _source_file,
    cast(null as bigint) as _row_number,
    cast(null as bigint) as _batch_id,
    cast(null as timestamp) as _ingested_at,
    cast(null as bigint) as _version
  where false
  {%- endfor %}
{%- endmacro %}


{% macro staged_views(entity, kind, files) -%}
  {%- set count = 'row_count' if kind == 'data' else 'rejected_count' -%}
  {%- set loaded = run_query('select max(_batch_id) from ' ~ this).columns[0].values()[0] if is_incremental() else none -%}
  {%- set groups = {} -%}
  {%- for file in files -%}
    {%- if file[count] > 0 and file.batch_id > (loaded or 0) -%}
      {%- set staged = lakehouse.staged_file(file) -%}
      {#- unparsable lines have the same columns in all files, unless they are still to be read #}
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
    {{ version_column() }}
{%- endmacro %}


{% macro staged_file(file) -%}
  {{ return(adapter.dispatch('staged_file', 'lakehouse')(file)) }}
{%- endmacro %}

{% macro spark_connect__staged_file(file) -%}
  {{ return(adapter.stage_csv(lakehouse.landing_path(), file.path, file.sha256, lakehouse.file_limits())) }}
{%- endmacro %}

{% macro databricks__staged_file(file) -%}
  {#- nothing is staged: the warehouse reads the volume -#}
  {{ return({'columns': lakehouse.volume_header(file.path), 'data': none, 'rejects': none}) }}
{%- endmacro %}


{% macro register_staged(name, kind, group) -%}
  {{ return(adapter.dispatch('register_staged', 'lakehouse')(name, kind, group)) }}
{%- endmacro %}

{% macro spark_connect__register_staged(name, kind, group) -%}
  {%- do adapter.register_parquet(name, group.paths) -%}
{%- endmacro %}

{% macro databricks__register_staged(name, kind, group) -%}
  {%- set query -%}
    create or replace temporary view {{ name }} as
    select
      {%- for column in group.columns if kind == 'data' %}
      {#- a row of the header has all fields, and one that is empty is read as null #}
      coalesce({{ adapter.quote(column) }}, '') as {{ adapter.quote(column) }},
      {%- endfor %}
      {%- if kind == 'rejects' %}
      _corrupt_record as raw_row,
      'not a row of the header' as problem,
      {%- endif %}
      _source_file,
      _row_number
    from ({{ lakehouse.volume_rows(group.paths, group.columns) }}) as read_rows
    where _corrupt_record is {{ 'null' if kind == 'data' else 'not null' }}
  {%- endset -%}
  {%- do run_query(query) -%}
{%- endmacro %}


{% macro clear_staged_files(results) -%}
  {{ return(adapter.dispatch('clear_staged_files', 'lakehouse')(results)) }}
{%- endmacro %}

{% macro default__clear_staged_files(results) -%}{%- endmacro %}

{% macro spark_connect__clear_staged_files(results) -%}
  {%- if execute -%}
    {%- set built = [] -%}
    {%- for result in results if result.status == 'success' and result.node.name.startswith('stg_') -%}
      {%- do built.append(result.node.name) -%}
    {%- endfor -%}
    {%- set staged = ['unparsable_rows'] + lakehouse.landing_exports() | list -%}
    {%- if not staged | map('replace', '', 'stg_', 1) | reject('in', built) | list -%}
      {%- do adapter.clear_staged_csv() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
