{% macro scan_landing(entity, ledger) -%}
  {{ return(adapter.dispatch('scan_landing', 'lakehouse')(entity, ledger)) }}
{%- endmacro %}

{% macro default__scan_landing(entity, ledger) -%}
  {%- set columns = lakehouse.landing_entities()[entity].columns -%}
  {%- set required = [] -%}
  {%- for column in columns.values() if column.config.get('meta', {}).get('required') -%}
    {%- do required.append(column.name) -%}
  {%- endfor -%}
  {%- set known = [] -%}
  {%- for file in ledger -%}
    {%- if file.entity == entity -%}
      {%- do known.append([file.path, file.sha256]) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set scan = lakehouse.scan_files(entity, known, required) -%}
  {%- for file in scan.files -%}
    {%- set extra = file.columns | reject('in', columns) | list -%}
    {%- do file.update(new_columns=extra | join(', ')) -%}
  {%- endfor -%}
  {%- set optional = lakehouse.landing_entities()[entity].config.get('meta', {}).get('optional') -%}
  {%- if not scan.files and not scan.errors and not known and not optional -%}
    {%- do scan.errors.append(
      'There is no file of ' ~ entity ~ ' in ' ~ lakehouse.landing_path() ~ ': expected ' ~ entity ~ '.csv, '
      ~ entity ~ '.csv.gz, or files with these endings below ' ~ entity ~ '/.'
    ) -%}
  {%- endif -%}
  {{ return(scan) }}
{%- endmacro %}
