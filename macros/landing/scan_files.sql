{% macro scan_files(entity, known, required) -%}
  {{ return(adapter.dispatch('scan_files', 'lakehouse')(entity, known, required)) }}
{%- endmacro %}

{#- In the form of dbt-spark-connect. -#}
{% macro file_limits() -%}
  {{ return({
    'file_bytes': var('max_file_bytes') | int, 'line_bytes': var('max_line_bytes') | int, 'seconds': var('max_file_seconds') | int
  }) }}
{%- endmacro %}

{% macro spark_connect__scan_files(entity, known, required) -%}
  {{ return(adapter.scan_csv(lakehouse.landing_path(), entity, known, required, lakehouse.file_limits())) }}
{%- endmacro %}

{% macro databricks__scan_files(entity, known, required) -%}
  {%- set query -%}
    select path, sha256, bytes
    from ({{ lakehouse.volume_files() }}) as files
    where path in ('{{ entity }}.csv', '{{ entity }}.csv.gz') or path like '{{ entity }}/%'
    order by path
  {%- endset -%}
  {%- set files, errors = [], [] -%}
  {%- for row in run_query(query).rows if [row.path, row.sha256] not in known -%}
    {%- set columns = lakehouse.volume_header(row.path) -%}
    {%- set missing = required | reject('in', columns) | list -%}
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
        row.path ~ ': the required columns ' ~ missing | join(', ') ~ ' are missing; the header has ' ~ (required | select('in', columns) | join(', ') or 'none of the required columns')
        ~ ' and ' ~ columns | reject('in', required) | list | length ~ ' others.'
      ) -%}
    {%- else -%}
      {#- the last count only because Spark refuses to read nothing but _corrupt_record -#}
      {%- set counts = run_query(
        'select count_if(_corrupt_record is null), count_if(_corrupt_record is not null), count(' ~ adapter.quote(columns[0])
        ~ ') from (' ~ lakehouse.volume_rows([row.path], columns) ~ ') as read_rows'
      ).rows[0] -%}
      {%- do files.append({
        'path': row.path, 'sha256': row.sha256, 'bytes': row.bytes, 'columns': columns,
        'rows': counts[0], 'rejected': counts[1]
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return({'files': files, 'errors': errors}) }}
{%- endmacro %}
