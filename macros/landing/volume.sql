{#- Databricks: the landing folder is a Unity Catalog volume, which the warehouse reads with read_files(). -#}

{% macro volume_files(condition="path like '%.csv' or path like '%.csv.gz'") -%}
    select
      {{ lakehouse.path_in_volume('path') }} as path,
      sha2(content, 256) as sha256,
      length as bytes
    from read_files('{{ lakehouse.landing_path() }}', format => 'binaryFile', recursiveFileLookup => true)
    where {{ condition or 'true' }}
{%- endmacro %}


{% macro path_in_volume(path) -%}
  substring({{ path }}, position('{{ lakehouse.landing_path() }}/', {{ path }}) + {{ lakehouse.landing_path() | length + 1 }})
{%- endmacro %}


{% macro volume_header(path) -%}
  {%- set query -%}
    select split_part(replace(value, '\r', '\n'), '\n', 1) as header
    from read_files({{ lakehouse.text_literal(lakehouse.landing_path() ~ '/' ~ path) }}, format => 'text', wholeText => true)
  {%- endset -%}
  {%- set columns = [] -%}
  {%- for row in run_query(query).rows -%}
    {%- for name in row.header.split(',') -%}
      {%- set name = name.strip('\ufeff \t').lower() -%}
      {#- with half of its quotes it is part of a name that has a comma, and stays unusable -#}
      {%- set name = name if name.count('"') % 2 else name.strip('"').strip() -%}
      {%- do columns.append(modules.re.sub('[ ,;{}()\n\t=`]+', '_', name)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}


{#-
  A file is one partition, since records may span lines. Spark refuses to read nothing but `_corrupt_record`; that the
  numbers are ordered by a column, too, only keeps it from that.
-#}
{% macro volume_rows(paths, columns) -%}
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
