{#- At the end of a run that looked for new files: what lies in the landing folder and is not read. -#}
{% macro name_unread_files(results) -%}
  {%- if execute and results | selectattr('node.name', 'equalto', 'ingested_files') | list -%}
    {%- set unread = [] -%}
    {#- what the generator says of its shop is no delivery -#}
    {%- for line in lakehouse.unread_files() if not line.startswith('manifest.json: ') -%}
      {%- do unread.append(line) -%}
    {%- endfor -%}
    {%- if unread -%}
      {%- do exceptions.warn(
        'Not read in the landing folder ' ~ lakehouse.landing_path() ~ ':\n  ' ~ unread[:20] | join('\n  ')
        ~ ('\n  and ' ~ (unread | length - 20) ~ ' more' if unread | length > 20 else '')
        ~ '\nA file of events is events.csv, events.csv.gz, or below events/; the entities are '
        ~ lakehouse.landing_entities() | join(', ') ~ '.'
      ) -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}


{% macro unread_files() -%}
  {{ return(adapter.dispatch('unread_files', 'lakehouse')()) }}
{%- endmacro %}

{% macro spark_connect__unread_files() -%}
  {{ return(adapter.unread_csv(lakehouse.landing_path(), lakehouse.landing_entities() | list)) }}
{%- endmacro %}

{% macro databricks__unread_files() -%}
  {%- set unread = [] -%}
  {%- for path in lakehouse.values_of('select path from (' ~ lakehouse.volume_files(none) ~ ') as files') -%}
    {%- set name = path.split('/')[0].removesuffix('.gz').removesuffix('.csv') -%}
    {%- if not path.endswith('.csv') and not path.endswith('.csv.gz') -%}
      {%- do unread.append(path ~ ': its name ends neither in .csv nor in .csv.gz') -%}
    {%- elif name not in lakehouse.landing_entities() -%}
      {%- do unread.append(path ~ ': no entity has files of this name') -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(unread) }}
{%- endmacro %}
