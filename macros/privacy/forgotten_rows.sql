{#- How the rows of people are changed. Each statement can be repeated: what it has changed, it does not find again. -#}

{#- policy: `anonymise` or `delete`. indirect: the values of indirect columns that nobody else has. -#}
{% macro forget_rows(tables, policy, indirect) -%}
  {%- for table in tables -%}
    {%- set deletes = policy == 'delete' or lakehouse.is_removed_with_person(table) -%}
    {%- if deletes -%}{%- do lakehouse.mark_months(table) -%}{%- endif -%}
    {%- for column in lakehouse.leading_ids(table) -%}
      {%- do run_query(lakehouse.forget_rows_sql(table, column, deletes, indirect)) -%}
    {%- endfor -%}
    {%- if not table.columns | selectattr('class', 'equalto', 'id') | list and indirect -%}
      {%- for column in table.columns if column['class'] == 'indirect' -%}
        {%- do run_query(
          'update ' ~ table.relation ~ ' set ' ~ column.quoted ~ ' = ' ~ lakehouse.nobody(column) ~ ' where '
          ~ lakehouse.is_one_of(column, indirect)
        ) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
{%- endmacro %}


{#-
  Without the id, bronze, silver and history keep nothing of a customer. The fields of sources other than `native` lead
  to the person in ways that only the mapping knows.
-#}
{% macro is_removed_with_person(table) -%}
  {%- set of_customers = table.of_customers and table.layer in ['bronze', 'silver', 'history'] -%}
  {%- set export = lakehouse.known_exports().get(table.node.name[4:], {}) if table.layer == 'bronze' else {} -%}
  {%- set mapped = table.layer == 'silver' and table.node.name[4:] in lakehouse.entities() and lakehouse.is_mapped(table.node.name[4:]) -%}
  {{ return(of_customers or export.get('source', 'native') != 'native' or mapped) }}
{%- endmacro %}


{#-
  The columns by which rows are found. `order_item_id` begins with the `order_id` beside it, and is changed with it.
-#}
{% macro leading_ids(table) -%}
  {%- set ids, leading = table.columns | selectattr('class', 'equalto', 'id') | list, [] -%}
  {%- for column in ids -%}
    {%- set own = ids | selectattr('name', 'equalto', column.of ~ '_id') | list -%}
    {%- if not own or column.name == column.of ~ '_id' -%}
      {%- do leading.append(column) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(leading) }}
{%- endmacro %}


{% macro forget_rows_sql(table, column, deletes, indirect) -%}
  merge into {{ table.relation }} as person_rows
  using (
    select id as _old_id, new_id as _new_id from {{ lakehouse.forgetting_table('ids') }} where kind = '{{ column.of }}'
  ) as forgetting
  on {{ column.key }} = forgetting._old_id
  {%- if deletes %}
  when matched then delete
  {%- else %}
  when matched then update set
    {%- set columns = adapter.get_columns_in_relation(table.relation) | map(attribute='name') | list %}
    {{ column.quoted }} = {{ lakehouse.new_identifier(table, column) }}
    {%- for other in table.columns if other.name != column.name %}
    {%- if other['class'] == 'id' and other.of == column.of and other not in lakehouse.leading_ids(table) %},
    {{ other.quoted }} = {{ lakehouse.new_identifier(table, other) }}
    {%- elif other['class'] == 'direct' or other.free_text or (other['class'] == 'indirect' and table.of_customers) %},
    {{ other.quoted }} = {{ lakehouse.nobody(other) }}
    {%- elif other['class'] == 'indirect' and indirect %},
    {{ other.quoted }} = case when {{ lakehouse.is_one_of(other, indirect) }} then {{ lakehouse.nobody(other) }} else {{ other.quoted }} end
    {%- endif %}
    {%- endfor %}
    {%- if table.layer == 'silver' and '_version' in columns %},
    _version = {{ lakehouse.newest_version(table.relation) + 1 }}
    {%- endif %}
  {%- endif %}
{%- endmacro %}


{#- The rest of a key, after its first part, stays. -#}
{% macro new_identifier(table, column) -%}
  {%- if table.layer == 'bronze' -%}{{ return('_new_id') }}{%- endif -%}
  {{ return('concat(_new_id, substring(' ~ column.quoted ~ ", length(split_part(" ~ column.quoted ~ ", ':', 1)) + 1))") }}
{%- endmacro %}


{% macro nobody(column) -%}
  {{ return("'UNKNOWN'" if column.not_null and column.dtype == 'string' else 'cast(null as ' ~ column.dtype ~ ')') }}
{%- endmacro %}


{% macro is_one_of(column, values) -%}
  {%- set literals = [] -%}
  {%- for value in values -%}{%- do literals.append(lakehouse.text_literal(value)) -%}{%- endfor -%}
  {{ return('lower(' ~ lakehouse.trimmed('cast(' ~ column.quoted ~ ' as string)') ~ ') in (' ~ literals | join(', ') ~ ')') }}
{%- endmacro %}


{#- Tables built month by month notice added rows, but not removed ones: so these months are marked as new. -#}
{% macro mark_months(table) -%}
  {%- set columns = adapter.get_columns_in_relation(table.relation) | map(attribute='name') | list -%}
  {%- if table.layer == 'silver' and '_version' in columns and '_month' in columns -%}
    {%- do run_query(
      'merge into ' ~ table.relation ~ ' as person_rows using (select distinct _month as _old_month from ('
      ~ lakehouse.with_owner(table.relation, table.columns) ~ ') as owned where _is_theirs) as months on _month = _old_month '
      ~ 'when matched then update set _version = ' ~ (lakehouse.newest_version(table.relation) + 1)
    ) -%}
  {%- endif -%}
{%- endmacro %}


{#- Rows that are removed whole, from bronze and the quarantine. -#}
{% macro forget_raw_rows() -%}
  {%- set rows = lakehouse.forgetting_table('rows') -%}
  {%- set same = 'person_rows._source_file = gone._source_file and person_rows._row_number = gone._row_number '
    ~ 'and person_rows._batch_id = gone._batch_id' -%}
  {%- set selected = 'select distinct _source_file, _row_number, _batch_id' -%}
  {%- for export in lakehouse.get_column_values('select distinct export from ' ~ rows ~ ' where is_removed') -%}
    {%- for relation, condition in [
      [lakehouse.relation_of('stg_' ~ export), 'true'],
      [lakehouse.relation_of('stg_unparsable_rows'), "person_rows.entity = '" ~ export ~ "'"]
    ] if relation is not none -%}
      {%- do run_query(
        'merge into ' ~ relation ~ ' as person_rows using (' ~ selected ~ ' from ' ~ rows ~ " where is_removed and export = '"
        ~ export ~ "') as gone on " ~ same ~ ' and ' ~ condition ~ ' when matched then delete'
      ) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- do run_query(
    'merge into ' ~ lakehouse.relation_of('quarantine') ~ ' as person_rows using (' ~ selected ~ ', entity from ' ~ rows
    ~ ') as gone on person_rows.entity = gone.entity and ' ~ same ~ ' when matched then delete'
  ) -%}
{%- endmacro %}


{% macro count_files_again() -%}
  {%- set ledger, unparsable = lakehouse.relation_of('ingested_files'), lakehouse.relation_of('stg_unparsable_rows') -%}
  {%- for name in lakehouse.landing_exports() -%}
    {%- for column, relation, condition in [
      ['row_count', lakehouse.relation_of('stg_' ~ name), 'true'], ['rejected_count', unparsable, "entity = '" ~ name ~ "'"]
    ] if relation is not none -%}
      {%- set counted -%}
        select files.path as _path, files.sha256 as _sha256, coalesce(counts._count, 0) as _count
        from {{ ledger }} as files
        left join (
          select _source_file, _batch_id, count(*) as _count from {{ relation }} where {{ condition }} group by _source_file, _batch_id
        ) as counts on files.path = counts._source_file and files.batch_id = counts._batch_id
        where files.entity = '{{ name }}' and files.{{ column }} <> coalesce(counts._count, 0)
      {%- endset -%}
      {%- if run_query(counted ~ ' limit 1').rows | length -%}
        {%- do run_query(
          'merge into ' ~ ledger ~ ' as files using (' ~ counted ~ ') as counted on path = _path and sha256 = _sha256 '
          ~ 'when matched then update set ' ~ column ~ ' = _count'
        ) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
{%- endmacro %}
