{#-
  A batch is written in one commit, so a batch in the table is complete; a batch that a killed run did not write is
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
  {#- the models of the native source exist for silver even if it is not named -#}
  {%- if execute and entity in lakehouse.landing_exports() -%}
    {%- set ledger = lakehouse.ledger(entity) -%}
    {%- set errors = lakehouse.scan_landing(entity, ledger).errors -%}
    {%- if errors -%}
      {%- do exceptions.raise_compiler_error(errors | join('\n')) -%}
    {%- endif -%}
    {%- set new = ledger | selectattr('batch_id', 'gt', lakehouse.loaded_batch()) -%}
    {%- set views = lakehouse.staged_views(entity, 'data', new) -%}
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
  {{ lakehouse.no_staged_rows(columns) }}
  {%- endfor %}
{%- endmacro %}


{% macro unparsable_rows() -%}
  {%- set new = lakehouse.ledger(after=lakehouse.loaded_batch()) if execute else [] -%}
  {%- set views = [] -%}
  {%- for group in new | groupby('entity') if group.grouper in lakehouse.landing_exports() -%}
    {%- do views.extend(lakehouse.staged_views(group.grouper, 'rejects', group.list)) -%}
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
  {{ lakehouse.no_staged_rows(['entity', 'problem', 'raw_row']) }}
  {%- endfor %}
{%- endmacro %}


{#- No rows with these columns, and the audit columns of bronze. -#}
{% macro no_staged_rows(columns) -%}
  {{ lakehouse.no_rows(
    columns + ['_source_file', '_row_number', '_batch_id', '_ingested_at', '_version'],
    {'_row_number': 'bigint', '_batch_id': 'bigint', '_ingested_at': 'timestamp', '_version': 'bigint'}
  ) }}
{%- endmacro %}


{#- types: of the columns that are not strings. -#}
{% macro no_rows(columns, types) -%}
  select
    {%- for column in columns %}
    cast(null as {{ types.get(column, 'string') }}) as {{ adapter.quote(column) }}{{ ',' if not loop.last }}
    {%- endfor %}
  where false
{%- endmacro %}


{% macro loaded_batch() -%}
  {%- set newest = run_query('select max(_batch_id) from ' ~ this).columns[0].values()[0] if is_incremental() else none -%}
  {{ return(newest or 0) }}
{%- endmacro %}


{% macro staged_views(entity, kind, files) -%}
  {%- set count = 'row_count' if kind == 'data' else 'rejected_count' -%}
  {%- set batches = {} -%}
  {%- for file in files if file.row_count + file.rejected_count > 0 -%}
    {%- do batches.setdefault(file.batch_id, []).append(file) -%}
  {%- endfor -%}
  {%- set views = [] -%}
  {%- for batch_id, batch in batches.items() if batch | sum(attribute=count) > 0 -%}
    {%- for group in lakehouse.staged_groups(lakehouse.landing_exports()[entity], kind, batch) -%}
      {%- set name = 'staged_' ~ kind ~ '_' ~ entity ~ '_' ~ batch_id ~ '_' ~ loop.index -%}
      {%- do lakehouse.register_staged(name, kind, group) -%}
      {%- do views.append({
        'name': name, 'entity': entity, 'columns': group.columns, 'batch_id': batch_id, 'ingested_at': batch[0].ingested_at
      }) -%}
    {%- endfor -%}
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


{% macro staged_groups(export, kind, files) -%}
  {{ return(adapter.dispatch('staged_groups', 'lakehouse')(export, kind, files)) }}
{%- endmacro %}

{% macro spark_connect__staged_groups(export, kind, files) -%}
  {%- set wanted, groups = [], {} -%}
  {%- for file in files -%}
    {%- do wanted.append([file.path, file.sha256]) -%}
  {%- endfor -%}
  {%- for part in adapter.stage_files(lakehouse.landing_path(), lakehouse.with_id_kinds(export), wanted, lakehouse.file_limits()) -%}
    {%- if part.kind == kind -%}
      {%- do groups.setdefault(part.columns | join('\n'), {'columns': part.columns, 'paths': []}).paths.append(part.path) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(groups.values() | list) }}
{%- endmacro %}

{#- Nothing is staged: the warehouse reads the volume. -#}
{% macro databricks__staged_groups(export, kind, files) -%}
  {%- set groups = {} -%}
  {%- for file in files if (file.row_count if kind == 'data' else file.rejected_count) > 0 -%}
    {%- set header = lakehouse.volume_header(file.path, export) -%}
    {%- do groups.setdefault(lakehouse.volume_format(file.path) ~ tojson(header), {
      'columns': header | map(attribute='name') | list, 'header': header, 'export': export, 'paths': []
    }).paths.append(file.path) -%}
  {%- endfor -%}
  {{ return(groups.values() | list) }}
{%- endmacro %}


{% macro register_staged(name, kind, group) -%}
  {{ return(adapter.dispatch('register_staged', 'lakehouse')(name, kind, group)) }}
{%- endmacro %}

{% macro spark_connect__register_staged(name, kind, group) -%}
  {%- do adapter.register_parquet(name, group.paths) -%}
{%- endmacro %}

{% macro databricks__register_staged(name, kind, group) -%}
  {%- set is_csv = lakehouse.volume_format(group.paths[0]) == 'csv' -%}
  {%- set query -%}
    create or replace temporary view {{ name }} as
    select
      {%- for column in group.columns if kind == 'data' %}
      {#- a row of CSV has all fields of the header, and empty ones are read as null #}
      {{ "coalesce(" ~ adapter.quote(column) ~ ", '')" if is_csv else adapter.quote(column) }} as {{ adapter.quote(column) }},
      {%- endfor %}
      {%- if kind == 'rejects' %}
      _corrupt_record as raw_row,
      '{{ 'not a row of the header' if is_csv else 'not a JSON object' }}' as problem,
      {%- endif %}
      _source_file,
      _row_number
    from ({{ lakehouse.volume_rows(group.paths, group.header, group.export) }}) as read_rows
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
      {%- do adapter.clear_staged_files() -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
