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
  {{ return(adapter.scan_files(lakehouse.landing_path(), export, known, lakehouse.file_limits())) }}
{%- endmacro %}

{% macro databricks__scan_files(export, known) -%}
  {%- set files, errors, found = [], [], [] -%}
  {%- for file in lakehouse.volume_listing() if not file.is_loaded and lakehouse.is_of_export(file.path, export) -%}
    {%- if not lakehouse.is_csv(file.path) -%}
      {%- do errors.append(file.path ~ ': JSON and Parquet files are not read on Databricks. Deliver it as CSV, in UTF-8 and with commas.') -%}
    {%- elif export.delimiter != ',' or export.encoding | lower not in ['utf-8', 'utf8'] -%}
      {%- do errors.append(
        file.path ~ ': on Databricks only files with commas and in UTF-8 are read. Its source says `' ~ export.delimiter ~ '` and '
        ~ export.encoding ~ '.'
      ) -%}
    {%- else -%}
      {%- do found.append({'path': file.path, 'bytes': file.bytes, 'sha256': lakehouse.volume_hash(file.path)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for row in found if [row.path, row.sha256] not in known -%}
    {%- set columns = lakehouse.volume_header(row.path) -%}
    {%- set missing = export.required | reject('in', export.columns) | list -%}
    {%- set unusable = columns | unique | list | length < columns | length or '' in columns
      or columns | map('first') | select('equalto', '_') | list -%}
    {%- if modules.re.search('[][{}*?,\\\\]', row.path) -%}
      {%- do errors.append(row.path ~ ": a file's name cannot have any of [ ] { } * ? , or a backslash.") -%}
    {%- elif '"' in columns | join -%}
      {%- do errors.append(
        row.path ~ ": a column's name cannot have a double quote or comma."
      ) -%}
    {%- elif unusable -%}
      {%- do errors.append(
        row.path ~ ': the header has a column twice, one without a name, or one that begins with _.'
      ) -%}
    {%- elif missing -%}
      {%- do errors.append(
        row.path ~ ': the required columns ' ~ missing | join(', ') ~ ' are missing; the header has ' ~ (export.required | select('in', columns) | join(', ') or 'none of the required columns')
        ~ ' and ' ~ columns | reject('in', export.required) | list | length ~ ' others.'
      ) -%}
    {%- else -%}
      {#- the last count is needed because Spark refuses to read only _corrupt_record -#}
      {%- set counts = run_query(
        'select count_if(_corrupt_record is null), count_if(_corrupt_record is not null), count(' ~ adapter.quote(columns[0])
        ~ '), (' ~ lakehouse.volume_quotes(row.path) ~ '), ' ~ lakehouse.last_record_has_line_break(columns)
        ~ ' from (' ~ lakehouse.volume_rows([row.path], columns) ~ ') as read_rows'
      ).rows[0] -%}
      {%- if (counts[3] or 0) | int % 2 and counts[4] | int -%}
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


{#- On Databricks: whether a file belongs to an export, by its name and an extension that some engine reads. -#}
{% macro is_of_export(path, export) -%}
  {%- set stem = modules.re.sub(lakehouse.landing_endings(), '', path) -%}
  {%- set ours = [] -%}
  {%- for name in export.names if stem != path and (stem ~ '/').startswith(name ~ '/') -%}
    {%- do ours.append(name) -%}
  {%- endfor -%}
  {{ return(ours != []) }}
{%- endmacro %}


{#- The extensions that some engine reads, as a regular expression. -#}
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
      {%- do unread.append(path ~ (': no entity has files of this name' if lakehouse.is_csv(path) else ': its name ends neither in .csv nor in .csv.gz')) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(unread) }}
{%- endmacro %}


{#-
  Databricks: the landing folder is a Unity Catalog volume, which the warehouse reads with read_files(). It is listed
  once per run. A file with the path and size of the last loaded one, and older than that load, is unchanged; any other
  file is hashed.
-#}
{% macro volume_listing() -%}
  {%- set memory = lakehouse.run_memory() -%}
  {%- if 'volume' not in memory -%}
    {%- set ledger, files = lakehouse.relation_of('ingested_files'), [] -%}
    {%- set query -%}
    select
      files.path,
      files.bytes,
      {#- a minute, since the clocks of the storage and of dbt may differ #}
      {{ 'case when loaded.bytes = files.bytes and files.modified_at < loaded.ingested_at - interval 1 minute then 1 else 0 end'
        if ledger else '0' }} as is_loaded
    from (
      select {{ lakehouse.path_in_volume('path') }} as path, length as bytes, modificationTime as modified_at
      from read_files('{{ lakehouse.landing_path() }}', format => 'binaryFile', recursiveFileLookup => true)
    ) as files
    {%- if ledger %}
    left join (
      select path, max_by(bytes, ingested_at) as bytes, max(ingested_at) as ingested_at from {{ ledger }} group by path
    ) as loaded on files.path = loaded.path
    {%- endif %}
    order by files.path
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do files.append({'path': row.path, 'bytes': row.bytes, 'is_loaded': row.is_loaded | int == 1}) -%}
    {%- endfor -%}
    {%- do memory.update(volume=files) -%}
  {%- endif -%}
  {{ return(memory.volume) }}
{%- endmacro %}


{% macro volume_hash(path) -%}
  {%- set query -%}
    select sha2(content, 256) as sha256
    from read_files({{ lakehouse.text_literal(lakehouse.landing_path() ~ '/' ~ path) }}, format => 'binaryFile')
  {%- endset -%}
  {#- none for a name that the warehouse reads as a pattern, which is a separate error -#}
  {{ return(lakehouse.get_column_values(query) | first | default('')) }}
{%- endmacro %}


{% macro path_in_volume(path) -%}
  substring({{ path }}, position('{{ lakehouse.landing_path() }}/', {{ path }}) + {{ lakehouse.landing_path() | length + 1 }})
{%- endmacro %}


{% macro volume_header(path) -%}
  {%- set query -%}
    select value as header
    from read_files({{ lakehouse.text_literal(lakehouse.landing_path() ~ '/' ~ path) }}, format => 'text')
    limit 1
  {%- endset -%}
  {%- set columns = [] -%}
  {%- for row in run_query(query).rows -%}
    {%- for name in row.header.split(',') -%}
      {%- set name = name.strip('\ufeff \t').lower() -%}
      {#- with only one of its quotes it is part of a name with a comma, and stays unusable -#}
      {%- set name = name if name.count('"') % 2 else name.strip('"').strip() -%}
      {%- do columns.append(modules.re.sub('[ ,;{}()\n\t=`]+', '_', name)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}


{#-
  A field whose quote is never closed takes in the rest of the file, so the last record has line breaks, and the number of
  quotes in the file is odd. It may also be odd since an unquoted field has one (5" screen), which swallows nothing.
-#}
{% macro last_record_has_line_break(columns) -%}
  {%- set fields = [] -%}
  {%- for column in columns -%}{%- do fields.append(adapter.quote(column)) -%}{%- endfor -%}
  case when instr(max_by(concat_ws('', {{ fields | join(', ') }}, _corrupt_record), _row_number), char(10)) > 0 then 1 else 0 end
{%- endmacro %}


{% macro volume_quotes(path) -%}
  select sum(length(value) - length(replace(value, '"', '')))
  from read_files({{ lakehouse.text_literal(lakehouse.landing_path() ~ '/' ~ path) }}, format => 'text')
{%- endmacro %}


{#-
  A file is one partition, since records may span lines. Spark refuses to read only `_corrupt_record`; ordering the row
  numbers by another column avoids that.
-#}
{% macro volume_rows(paths, columns) -%}
  {%- set theirs = lakehouse.is_of_forgotten_people(paths[0], columns) -%}
  {%- if theirs %}
    select * from ({{ lakehouse.numbered_rows(paths, columns) }}) as numbered where not ({{ theirs }})
  {%- else %}
    {{ lakehouse.numbered_rows(paths, columns) }}
  {%- endif %}
{%- endmacro %}


{% macro numbered_rows(paths, columns) -%}
    select
      *,
      {#- a path of _metadata is percent-encoded, one of binaryFile is not; a plus stands for itself -#}
      {{ lakehouse.path_in_volume("url_decode(replace(_metadata.file_path, '+', '%2B'))") }} as _source_file,
      row_number() over (
        partition by _metadata.file_path
        order by monotonically_increasing_id(), {{ adapter.quote(columns[0]) }}
      ) as _row_number
    from read_files(
      {%- set names = paths[0] if paths | length == 1 else '{' ~ paths | join(',') ~ '}' %}
      {{ lakehouse.text_literal(lakehouse.landing_path() ~ '/' ~ names) }},
      format => 'csv',
      {%- set schema %}{% for column in columns %}`{{ column }}` string, {% endfor %}_corrupt_record string{% endset %}
      schema => {{ lakehouse.text_literal(schema) }},
      header => true,
      multiLine => true,
      escape => '"',
      mode => 'PERMISSIVE',
      columnNameOfCorruptRecord => '_corrupt_record'
    )
{%- endmacro %}
