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
    from read_files({{ lakehouse.volume_literal(path) }}, format => 'binaryFile')
  {%- endset -%}
  {#- none for a name that the warehouse reads as a pattern, which is a separate error -#}
  {{ return(lakehouse.get_column_values(query) | first | default('')) }}
{%- endmacro %}


{% macro path_in_volume(path) -%}
  substring({{ path }}, position('{{ lakehouse.landing_path() }}/', {{ path }}) + {{ lakehouse.landing_path() | length + 1 }})
{%- endmacro %}


{#- The columns of a file: `name` in the table, and `given`, as the file has it. It is read once per run. -#}
{% macro volume_header(path, export) -%}
  {%- set memory = lakehouse.run_memory().setdefault('headers', {}) -%}
  {%- if path not in memory -%}
    {%- set header, found = [], [] -%}
    {%- if lakehouse.volume_format(path) == 'csv' -%}
      {%- set encoding = '' if lakehouse.is_utf8(export) else ", encoding => '" ~ export.encoding ~ "'" -%}
      {#- a line is all that a field can be if nothing separates or quotes fields -#}
      {%- set query -%}
        select header from read_files(
          {{ lakehouse.volume_literal(path) }}, format => 'csv', schema => '`header` string', sep => '\u0001', quote => '',
          header => false {{- encoding }}
        )
        limit 1
      {%- endset -%}
      {%- for line in lakehouse.get_column_values(query) -%}
        {%- do found.extend(line.split(export.delimiter)) -%}
      {%- endfor -%}
    {%- elif lakehouse.volume_format(path) == 'json' -%}
      {%- set query -%}
        select distinct explode(map_keys(fields)) as given from ({{ lakehouse.json_lines([path], []) }}) as read_lines
      {%- endset -%}
      {%- do found.extend(lakehouse.get_column_values(query)) -%}
    {%- else -%}
      {%- set query = 'select * from read_files(' ~ lakehouse.volume_literal(path) ~ ", format => 'parquet') limit 0" -%}
      {%- do found.extend(run_query(query).column_names | reject('equalto', '_metadata')) -%}
    {%- endif -%}
    {%- for given in found -%}
      {%- set name = given.strip('\ufeff \t').lower() -%}
      {#- with only one of its quotes it is part of a name with a delimiter, and stays unusable -#}
      {%- set name = name if name.count('"') % 2 else name.strip('"').strip() -%}
      {%- set name = modules.re.sub('[ ,;{}()\n\t=`]+', '_', name) -%}
      {%- do header.append({
        'name': name if lakehouse.volume_format(path) == 'csv' else name.lstrip('_'), 'given': given
      }) -%}
    {%- endfor -%}
    {%- do memory.update({path: header}) -%}
  {%- endif -%}
  {{ return(memory[path]) }}
{%- endmacro %}


{% macro volume_format(path) -%}
  {{ return('csv' if lakehouse.is_csv(path) else 'parquet' if path.endswith('.parquet') else 'json') }}
{%- endmacro %}


{% macro is_utf8(export) -%}
  {{ return(export.encoding | lower in ['utf-8', 'utf8']) }}
{%- endmacro %}


{#- A path, or a pattern that only these paths match. -#}
{% macro volume_literal(path) -%}
  {{ return(lakehouse.text_literal(lakehouse.landing_path() ~ '/' ~ path)) }}
{%- endmacro %}

{% macro volume_literals(paths) -%}
  {{ return(lakehouse.volume_literal(paths[0] if paths | length == 1 else '{' ~ paths | join(',') ~ '}')) }}
{%- endmacro %}


{#-
  An expression on the records of a CSV file: a field whose quote is never closed takes in the rest of the file, so the
  last record has line breaks, and the number of quotes in the file is odd. It may also be odd since an unquoted field
  has one (5" screen), which swallows nothing.
-#}
{% macro has_unclosed_quote(path, columns) -%}
  {%- if lakehouse.volume_format(path) != 'csv' -%}{{ return('0') }}{%- endif -%}
  {%- set fields = [] -%}
  {%- for column in columns -%}{%- do fields.append(adapter.quote(column)) -%}{%- endfor -%}
  case
    when instr(max_by(concat_ws('', {{ fields | join(', ') }}, _corrupt_record), _row_number), char(10)) > 0
      then (
        select coalesce(sum(length(value) - length(replace(value, '"', ''))), 0) % 2
        from read_files({{ lakehouse.volume_literal(path) }}, format => 'text')
      )
    else 0
  end
{%- endmacro %}


{% macro volume_rows(paths, header, export) -%}
  {%- set theirs = lakehouse.is_of_forgotten_people(paths[0], header | map(attribute='name') | list) -%}
  {%- set rows -%}
    {%- if lakehouse.volume_format(paths[0]) == 'csv' -%}
    {{ lakehouse.csv_rows(paths, header, export) }}
    {%- else -%}
    {{ lakehouse.json_rows(paths, header) }}
    {%- endif -%}
  {%- endset -%}
  {%- if theirs %}
    select * from ({{ rows }}) as numbered where not ({{ theirs }})
  {%- else %}
    {{ rows }}
  {%- endif %}
{%- endmacro %}


{#-
  A file is one partition, since records may span lines. Spark refuses to read only `_corrupt_record`; ordering the row
  numbers by another column avoids that.
-#}
{% macro csv_rows(paths, header, export) -%}
    select
      *,
      {{ lakehouse.volume_source_file() }} as _source_file,
      row_number() over (
        partition by _metadata.file_path
        order by monotonically_increasing_id(), {{ adapter.quote(header[0].name) }}
      ) as _row_number
    from read_files(
      {{ lakehouse.volume_literals(paths) }},
      format => 'csv',
      {%- set schema %}{% for column in header %}`{{ column.name }}` string, {% endfor %}_corrupt_record string{% endset %}
      schema => {{ lakehouse.text_literal(schema) }},
      {%- if export.delimiter != ',' %}
      sep => {{ lakehouse.text_literal(export.delimiter) }},
      {%- endif %}
      {%- if not lakehouse.is_utf8(export) %}
      encoding => '{{ export.encoding }}',
      {%- endif %}
      header => true,
      multiLine => true,
      escape => '"',
      mode => 'PERMISSIVE',
      columnNameOfCorruptRecord => '_corrupt_record'
    )
{%- endmacro %}


{#- Rows of JSON lines or Parquet files: each value as text, and what is nested as JSON. -#}
{% macro json_rows(paths, header) -%}
    select
      {%- for column in header %}
      element_at(fields, {{ lakehouse.text_literal(column.given) }}) as {{ adapter.quote(column.name) }},
      {%- endfor %}
      case when fields is null then line end as _corrupt_record,
      _source_file,
      _row_number
    from ({{ lakehouse.json_lines(paths, header) }}) as read_lines
{%- endmacro %}


{#-
  The lines of JSON files and their fields, null for a line that is not an object. A line is read as an array, for the
  parser does not look at what comes behind an object. Parquet rows are made such lines first: so both have the same
  text for the same value.
-#}
{% macro json_lines(paths, header) -%}
      select
        line,
        case when size(objects) = 1 then objects[0] end as fields,
        _source_file,
        _row_number
      from (
        select
          line,
          from_json(
            concat('[', line, ']'), 'array<map<string, string>>',
            map('allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false')
          ) as objects,
          _source_file,
          row_number() over (partition by _source_file order by block, place) as _row_number
        from (
          select
            {%- if lakehouse.volume_format(paths[0]) == 'json' %}
            regexp_replace(value, '^\ufeff', '') as line,
            {%- else %}
            to_json(
              named_struct(
                {%- for column in header %}
                {{ lakehouse.text_literal(column.given) }}, {{ adapter.quote(column.given) }}{{ ',' if not loop.last }}
                {%- endfor %}
              ),
              map(
                'timestampFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
                'timestampNTZFormat', "yyyy-MM-dd'T'HH:mm:ss.SSSSSS"
              )
            ) as line,
            {%- endif %}
            {{ lakehouse.volume_source_file() }} as _source_file,
            {#- a file is read in blocks, and these in any order -#}
            _metadata.file_block_start as block,
            monotonically_increasing_id() as place
          from read_files(
            {{ lakehouse.volume_literals(paths) }},
            format => '{{ 'text' if lakehouse.volume_format(paths[0]) == 'json' else 'parquet' }}'
          )
        ) as read_values
        where trim(line) <> ''
      ) as parsed
{%- endmacro %}


{#- A path of _metadata is percent-encoded, one of binaryFile is not; a plus stands for itself. -#}
{% macro volume_source_file() -%}
  {{ lakehouse.path_in_volume("url_decode(replace(_metadata.file_path, '+', '%2B'))") }}
{%- endmacro %}
