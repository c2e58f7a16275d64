{% macro landing_path() -%}
  {%- set path = env_var('LAKEHOUSE_LANDING', var('landing_path')) -%}
  {{ return(path.rstrip('/') or path) }}
{%- endmacro %}


{% macro entities() -%}
  {{ return([
    'customers', 'products', 'sessions', 'events', 'orders', 'order_items', 'reviews', 'refunds', 'exchange_rates',
    'ledger_totals', 'campaign_costs', 'experiment_variants'
  ]) }}
{%- endmacro %}


{% macro ledger(entity=none, after=0) -%}
  {%- set relation = load_relation(ref('ingested_files')) if model.name != 'ingested_files' else load_relation(this) -%}
  {%- if relation is none -%}{{ return([]) }}{%- endif -%}
  {%- set query -%}
    select entity, path, sha256, batch_id, row_count, rejected_count, cast(ingested_at as string) as ingested_at
    from {{ relation }}
    where batch_id > {{ after }}{{ " and entity = '" ~ entity ~ "'" if entity }}
    order by batch_id, path
  {%- endset -%}
  {{ return(run_query(query).rows) }}
{%- endmacro %}


{% macro newest_time(model_name, column) -%}
  {%- set relation = lakehouse.relation_of(model_name) -%}
  {%- if relation is none -%}
    {%- do exceptions.raise_compiler_error(
      'Nothing was loaded yet: there is no table of ' ~ model_name ~ '. Run `dbt build`.'
    ) -%}
  {%- endif -%}
  select max({{ column }}) from {{ relation }}
{%- endmacro %}


{#- An entity with an error is in no batch; its staging model raises the error. -#}
{% macro new_files() -%}
  {%- set files, found = [], [] -%}
  {%- set last = {'batch_id': 0, 'ingested_at': none} -%}
  {%- if execute -%}
    {%- set ledger = lakehouse.ledger() -%}
    {%- set paths = lakehouse.landing_files() -%}
    {%- if not paths -%}
      {%- set missing = 'The landing folder ' ~ lakehouse.landing_path() ~ ' is missing or has no file that can be read.' -%}
      {%- if ledger -%}
        {#- a shop may empty it after each run -#}
        {%- do exceptions.warn(missing ~ ' There is nothing new to load.') -%}
      {%- else -%}
        {%- do exceptions.raise_compiler_error(
          missing ~ ' Fill it with `make data` (generated) or `make kaggle` (the Kaggle data set), '
          ~ 'or name another one in the environment variable LAKEHOUSE_LANDING.'
        ) -%}
      {%- endif -%}
    {%- endif -%}
    {%- for file in ledger -%}
      {%- if file.batch_id > last.batch_id -%}
        {%- do last.update(batch_id=file.batch_id, ingested_at=file.ingested_at) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set exports = lakehouse.landing_exports() -%}
    {%- set loaded = {} -%}
    {%- for group in ledger | groupby('entity') -%}
      {%- do loaded.update({group.grouper: group.list}) -%}
    {%- endfor -%}
    {%- for entity in exports | sort -%}
      {%- set scan = lakehouse.scan_landing(entity, loaded.get(entity, [])) -%}
      {%- if not scan.errors -%}
        {%- for file in scan.files -%}
          {%- do files.append({
            'path': file.path, 'entity': entity, 'sha256': file.sha256, 'bytes': file.bytes,
            'row_count': file.rows, 'rejected_count': file.rejected, 'new_columns': file.new_columns or none
          }) -%}
        {%- endfor -%}
      {%- endif -%}
      {%- if scan.errors or scan.files or entity in loaded -%}
        {%- do found.append(exports[entity].source) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- for name in exports.values() | map(attribute='source') | unique | reject('in', found + ['native']) -%}
      {%- do exceptions.raise_compiler_error(
        'There is no file of the source ' ~ name ~ ' in ' ~ lakehouse.landing_path() ~ '/' ~ name
        ~ '. Put its files there, or leave it out of LAKEHOUSE_SOURCES.'
      ) -%}
    {%- endfor -%}
  {%- endif -%}
  select
    path,
    entity,
    sha256,
    bytes,
    row_count,
    rejected_count,
    new_columns,
    cast({{ last.batch_id + 1 }} as bigint) as batch_id,
    {#- always after the previous batch, so that the later delivery wins even if the clock was set back #}
    greatest(
      cast('{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as timestamp),
      timestampadd(microsecond, 1, cast({{ "'" ~ last.ingested_at ~ "'" if last.ingested_at else 'null' }} as timestamp))
    ) as ingested_at
  from ({{ lakehouse.scanned_files(files) }}) as files
  {%- if not files %}
  {#- on Databricks, no table is written if its query ends like this #}
  where false
  {%- endif %}
{%- endmacro %}


{% macro scanned_files(files) -%}
  {{ return(adapter.dispatch('scanned_files', 'lakehouse')(files)) }}
{%- endmacro %}

{#- A view, since the engine needs longer for SQL text with thousands of lines than to load the files. -#}
{% macro spark_connect__scanned_files(files) -%}
  {%- if execute -%}
    {%- do adapter.register_rows('scanned_files', files, {
      'path': 'string', 'entity': 'string', 'sha256': 'string', 'bytes': 'bigint', 'row_count': 'bigint',
      'rejected_count': 'bigint', 'new_columns': 'string'
    }) -%}
  {%- endif -%}
  select * from scanned_files
{%- endmacro %}

{% macro databricks__scanned_files(files) -%}
  {%- if files -%}
    select *
    from (
      values
      {%- for file in files %}
      (
        {{ lakehouse.text_literal(file.path) }}, '{{ file.entity }}', '{{ file.sha256 }}',
        cast({{ file.bytes }} as bigint), cast({{ file.row_count }} as bigint), cast({{ file.rejected_count }} as bigint),
        {{ lakehouse.text_literal(file.new_columns) if file.new_columns else 'cast(null as string)' }}
      ){{ ',' if not loop.last }}
      {%- endfor %}
    ) as files (path, entity, sha256, bytes, row_count, rejected_count, new_columns)
  {%- else -%}
    {{ lakehouse.no_rows(
      ['path', 'entity', 'sha256', 'bytes', 'row_count', 'rejected_count', 'new_columns'],
      {'bytes': 'bigint', 'row_count': 'bigint', 'rejected_count': 'bigint'}
    ) }}
  {%- endif -%}
{%- endmacro %}
