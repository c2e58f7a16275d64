{% macro scan_landing(entity, ledger) -%}
  {%- set export = lakehouse.landing_exports()[entity] -%}
  {%- set known = [] -%}
  {%- for file in ledger -%}
    {%- do known.append([file.path, file.sha256]) -%}
  {%- endfor -%}
  {%- set scan = lakehouse.scan_files(export, known) -%}
  {%- for file in scan.files -%}
    {%- set extra = file.columns | reject('in', export.columns) | list -%}
    {%- do file.update(new_columns=extra | join(', ')) -%}
  {%- endfor -%}
  {#- an entity that comes from another source needs no file -#}
  {%- set is_needed = not export.optional and lakehouse.entity_source(entity) in [none, export.source] -%}
  {%- if not scan.files and not scan.errors and not known and is_needed -%}
    {%- do scan.errors.append(
      'There is no file of ' ~ entity ~ ' in ' ~ lakehouse.landing_path() ~ ': expected ' ~ export.names[0] ~ '.csv, '
      ~ export.names[0] ~ '.csv.gz, or files with these endings below ' ~ export.names[0] ~ '/.'
    ) -%}
  {%- endif -%}
  {{ return(scan) }}
{%- endmacro %}


{#- In the form of dbt-spark-connect. -#}
{% macro file_limits() -%}
  {{ return({
    'file_bytes': var('max_file_bytes') | int, 'line_bytes': var('max_line_bytes') | int, 'seconds': var('max_file_seconds') | int
  }) }}
{%- endmacro %}


{% macro scan_files(export, known) -%}
  {{ return(adapter.dispatch('scan_files', 'lakehouse')(export, known)) }}
{%- endmacro %}

{% macro spark_connect__scan_files(export, known) -%}
  {{ return(adapter.scan_files(lakehouse.landing_path(), lakehouse.with_id_kinds(export), known, lakehouse.file_limits())) }}
{%- endmacro %}

{% macro databricks__scan_files(export, known) -%}
  {%- set files, errors, found = [], [], [] -%}
  {%- for file in lakehouse.volume_listing() if not file.is_loaded and lakehouse.is_of_export(file.path, export) -%}
    {%- do found.append({'path': file.path, 'bytes': file.bytes, 'sha256': lakehouse.volume_hash(file.path)}) -%}
  {%- endfor -%}
  {%- for row in found if [row.path, row.sha256] not in known -%}
    {%- set error = lakehouse.volume_header_error(row.path, export) -%}
    {%- if error -%}
      {%- do errors.append(row.path ~ ': ' ~ error) -%}
    {%- else -%}
      {%- set header = lakehouse.volume_header(row.path, export) -%}
      {%- set columns = header | map(attribute='name') | list -%}
      {#- the last count is needed because Spark refuses to read only _corrupt_record -#}
      {%- set counts = run_query(
        'select count_if(_corrupt_record is null), count_if(_corrupt_record is not null), count(' ~ adapter.quote(columns[0])
        ~ '), ' ~ lakehouse.has_unclosed_quote(row.path, columns)
        ~ ' from (' ~ lakehouse.volume_rows([row.path], header, export) ~ ') as read_rows'
      ).rows[0] -%}
      {%- if counts[3] | int -%}
        {%- do errors.append(
          row.path ~ ': a double quote is never closed, and everything behind it would be read as one field. Close it, or write '
          ~ 'a quote within a quoted field twice, and deliver the file again.'
        ) -%}
      {%- else -%}
        {%- do files.append({
          'path': row.path, 'sha256': row.sha256, 'bytes': row.bytes, 'columns': columns,
          'rows': counts[0], 'rejected': counts[1]
        }) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return({'files': files, 'errors': errors}) }}
{%- endmacro %}


{#- Why a file of the volume cannot be read, or nothing. -#}
{% macro volume_header_error(path, export) -%}
  {%- if modules.re.search('[][{}*?,\\\\]', path) -%}
    {{ return("a file's name cannot have any of [ ] { } * ? , or a backslash.") }}
  {%- endif -%}
  {%- set columns = lakehouse.volume_header(path, export) | map(attribute='name') | list -%}
  {%- set missing = export.required | reject('in', columns) | list -%}
  {%- if '"' in columns | join -%}
    {{ return("a column's name cannot have a double quote or " ~ ('comma' if export.delimiter == ',' else 'delimiter') ~ '.') }}
  {%- elif columns | unique | list | length < columns | length or '' in columns
    or columns | map('first') | select('equalto', '_') | list -%}
    {{ return('the header has a column twice, one without a name, or one that begins with _.') }}
  {%- elif not columns and lakehouse.volume_format(path) == 'json' -%}
    {{ return('no line of it is a JSON object. Deliver JSON lines, an object on each line.') }}
  {%- elif missing -%}
    {{ return(
      'the required columns ' ~ missing | join(', ') ~ ' are missing; the header has '
      ~ (export.required | select('in', columns) | join(', ') or 'none of the required columns')
      ~ ' and ' ~ columns | reject('in', export.required) | list | length ~ ' others.'
      ~ (' ' ~ export.without[missing[0]] if missing | length == 1 and missing[0] in export.without else '')
    ) }}
  {%- endif -%}
{%- endmacro %}


{#- On Databricks: whether a file belongs to an export, by its name and extension. -#}
{% macro is_of_export(path, export) -%}
  {%- set stem = modules.re.sub(lakehouse.landing_endings(), '', path) -%}
  {%- set ours = [] -%}
  {%- for name in export.names if stem != path and (stem ~ '/').startswith(name ~ '/') -%}
    {%- do ours.append(name) -%}
  {%- endfor -%}
  {{ return(ours != []) }}
{%- endmacro %}


{#- The extensions of files that are read, as a regular expression. -#}
{% macro landing_endings() -%}{{ return('[.](csv|json|jsonl|ndjson)([.]gz)?$|[.]parquet$') }}{%- endmacro %}


{% macro is_csv(path) -%}
  {{ return(path.endswith('.csv') or path.endswith('.csv.gz')) }}
{%- endmacro %}


{% macro landing_files() -%}
  {{ return(adapter.dispatch('landing_files', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__landing_files() -%}
  {{ return(adapter.landing_files(lakehouse.landing_path())) }}
{%- endmacro %}

{% macro databricks__landing_files() -%}
  {%- set paths = [] -%}
  {%- for file in lakehouse.volume_listing() if modules.re.search(lakehouse.landing_endings(), file.path) -%}
    {%- do paths.append(file.path) -%}
  {%- endfor -%}
  {{ return(paths) }}
{%- endmacro %}


{#- At the end of a run that looked for new files: files in the landing folder that are not read. -#}
{% macro name_unread_files(results) -%}
  {%- if execute and results | selectattr('node.name', 'equalto', 'ingested_files') | list -%}
    {%- set unread = [] -%}
    {#- the generator's manifest is not a delivery -#}
    {%- for line in lakehouse.unread_files() if not line.startswith('manifest.json: ') -%}
      {%- do unread.append(line) -%}
    {%- endfor -%}
    {%- if unread -%}
      {%- do exceptions.warn(
        'Not read in the landing folder ' ~ lakehouse.landing_path() ~ ':\n  ' ~ unread[:20] | join('\n  ')
        ~ ('\n  and ' ~ (unread | length - 20) ~ ' more' if unread | length > 20 else '')
        ~ '\nA file of events is events.csv, events.csv.gz, or below events/; the names are '
        ~ lakehouse.export_names() | join(', ') ~ '.'
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{% macro unread_files() -%}
  {{ return(adapter.dispatch('unread_files', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__unread_files() -%}
  {{ return(adapter.unread_files(lakehouse.landing_path(), lakehouse.export_names(), lakehouse.known_exports().values() | map(attribute='source') | unique | list)) }}
{%- endmacro %}

{% macro databricks__unread_files() -%}
  {%- set unread = [] -%}
  {%- for path in lakehouse.volume_listing() | map(attribute='path') -%}
    {%- set named = [] -%}
    {%- for export in lakehouse.landing_exports().values() if lakehouse.is_of_export(path, export) -%}
      {%- do named.append(path) -%}
    {%- endfor -%}
    {%- if not named -%}
      {%- do unread.append(
        path ~ (
          ': no entity has files of this name' if modules.re.search(lakehouse.landing_endings(), path)
          else ': its name ends in none of .csv, .json, .jsonl, .ndjson (each also with .gz) and .parquet'
        )
      ) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(unread) }}
{%- endmacro %}
