{#-
  What is declared `direct` of visits, orders, reviews and refunds, and rows in quarantine, go when they are older than the
  variable `personal_data_days`. Nothing is looked for but what is still there, so a command that was killed is repeated.
-#}
{% macro forget_old() -%}
  {%- if execute -%}
    {%- do lakehouse.begin_on_people() -%}
    {%- set days = var('personal_data_days') | int -%}
    {%- if days < 1 -%}
      {%- do exceptions.raise_compiler_error('The variable `personal_data_days` says how many days personal data is kept; it is ' ~ days ~ '.') -%}
    {%- endif -%}
    {%- do lakehouse.check_everything_is_loaded() -%}
    {%- set limit = (run_started_at - modules.datetime.timedelta(days=days)).strftime('%Y-%m-%d %H:%M:%S') -%}
    {%- set is_old = "_ingested_at < cast('" ~ limit ~ "' as timestamp)" -%}
    {%- set changed = lakehouse.forget_old_rows(is_old) -%}
    {%- for table in lakehouse.personal_tables() if table.layer in ['bronze', 'silver'] and not table.of_customers -%}
      {%- do changed.extend(lakehouse.forget_old_fields(table, is_old)) -%}
    {%- endfor -%}
    {%- do changed.extend(lakehouse.forget_old_visits()) -%}
    {%- for relation in changed | unique -%}
      {%- do lakehouse.purge_table(relation) -%}
      {%- do log(relation ~ ': what is personal and older than ' ~ days ~ ' days was removed', info=true) -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}


{#- Of quarantine, and of lines that are no rows, whole rows. Returns the tables that were changed. -#}
{% macro forget_old_rows(is_old) -%}
  {%- set quarantine, changed = lakehouse.relation_of('quarantine'), [] -%}
  {%- set condition = is_old ~ " and rule not in ('" ~ lakehouse.refusals() | join("', '") ~ "')" -%}
  {%- set native = [] -%}
  {%- for entity in lakehouse.entities() if not lakehouse.is_mapped(entity) -%}{%- do native.append(entity) -%}{%- endfor -%}
  {%- set query -%}
    select entity as export, entity, _source_file, _row_number, _batch_id, true as is_removed
    from {{ quarantine }} where {{ condition }} and entity in ('{{ native | join("', '") }}')
  {%- endset -%}
  {%- if run_query(query ~ ' limit 1').rows | length -%}
    {%- do lakehouse.create_forgetting_table('rows', query) -%}
    {%- set entities = lakehouse.get_column_values('select distinct entity from ' ~ lakehouse.forgetting_table('rows')) -%}
    {%- do lakehouse.forget_raw_rows() -%}
    {%- do lakehouse.count_files_again() -%}
    {%- do lakehouse.end_forget() -%}
    {%- do changed.extend(lakehouse.raw_relations()) -%}
    {%- for entity in entities -%}{%- do changed.append(lakehouse.relation_of('stg_' ~ entity)) -%}{%- endfor -%}
  {%- endif -%}
  {{ return(changed) }}
{%- endmacro %}


{#- A visit is of several deliveries: its address goes with that of its last event. -#}
{% macro forget_old_visits() -%}
  {%- set visits, events = lakehouse.relation_of('int_visits'), lakehouse.relation_of('int_events') -%}
  {%- set old -%}
    select visits.session_id from {{ visits }} as visits
    left anti join (select session_id from {{ events }} where ip is not null) as told on visits.session_id = told.session_id
    where visits.ip is not null
  {%- endset -%}
  {%- if not run_query(old ~ ' limit 1').rows | length -%}{{ return([]) }}{%- endif -%}
  {%- do run_query(
    'merge into ' ~ visits ~ ' as visits using (' ~ old ~ ') as old_visits on visits.session_id = old_visits.session_id '
    ~ 'when matched then update set ip = cast(null as string)'
  ) -%}
  {{ return([visits]) }}
{%- endmacro %}


{% macro forget_old_fields(table, is_old) -%}
  {%- set names = adapter.get_columns_in_relation(table.relation) | map(attribute='name') | list -%}
  {%- set removed, there = [], [] -%}
  {%- for column in table.columns if column['class'] == 'direct' -%}
    {%- do removed.append(column.quoted ~ ' = ' ~ lakehouse.nobody(column)) -%}
    {%- do there.append(column.quoted ~ ' is not null') -%}
  {%- endfor -%}
  {%- set condition = is_old ~ ' and (' ~ there | join(' or ') ~ ')' -%}
  {%- set export = lakehouse.known_exports().get(table.node.name[4:], {}) if table.layer == 'bronze' else {} -%}
  {%- if not there or '_ingested_at' not in names or export.get('source', 'native') != 'native' -%}{{ return([]) }}{%- endif -%}
  {%- if not run_query('select 1 from ' ~ table.relation ~ ' where ' ~ condition ~ ' limit 1').rows | length -%}{{ return([]) }}{%- endif -%}
  {%- do run_query('update ' ~ table.relation ~ ' set ' ~ removed | join(', ') ~ ' where ' ~ condition) -%}
  {{ return([table.relation]) }}
{%- endmacro %}
