{% macro summary(results) -%}
  {%- set built = results | map(attribute='node.name') | list -%}
  {%- if execute and flags.WHICH == 'build' and 'gate' in built and 'ingested_files' in built -%}
    {%- do lakehouse.print_rows(results) -%}
    {%- do lakehouse.print_headline() -%}
  {%- endif -%}
{%- endmacro %}


{% macro print_rows(results) -%}
  {%- set ledger = lakehouse.relation_of('ingested_files') -%}
  {%- set quarantine = lakehouse.relation_of('quarantine') -%}
  {%- if ledger is none or quarantine is none -%}{{ return('') }}{%- endif -%}
  {%- set line = '%-19s %7s %12s %12s %12s %12s' -%}
  {%- do log('', info=true) -%}
  {%- do log(line | format('entity', 'files', 'bronze', 'quarantined', 'superseded', 'silver'), info=true) -%}
  {%- set rules = run_query(
    'select entity, rule, count(*) as row_count from ' ~ quarantine ~ ' group by entity, rule order by entity, rule'
  ).rows -%}
  {%- for row in run_query(lakehouse.row_counts(ledger)).rows -%}
    {%- set quarantined = rules | selectattr('entity', 'equalto', row.entity) | list -%}
    {%- set broken = quarantined | rejectattr('rule', 'equalto', 'unparsable_row') | sum(attribute='row_count') -%}
    {#- neither what a source delivers nor what is made of events is row by row what silver has -#}
    {%- set is_native = lakehouse.entity_source(row.entity) in [none, 'native'] -%}
    {%- set is_of_files = is_native and not (row.entity == 'sessions' and lakehouse.sessions_are_made_of_events()) -%}
    {%- set superseded = '{:,}'.format((row.bronze_count - broken - row.silver_count) | int) if is_of_files else '-' -%}
    {%- do log(line | format(
      row.entity, '{:,}'.format(row.file_count | int), '{:,}'.format(row.bronze_count | int),
      '{:,}'.format(quarantined | sum(attribute='row_count') | int), superseded,
      '{:,}'.format(row.silver_count | int)
    ), info=true) -%}
  {%- endfor -%}
  {%- if rules -%}
    {%- do log('', info=true) -%}
    {%- do log('in quarantine (' ~ quarantine ~ '):', info=true) -%}
    {%- for row in rules -%}
      {%- do log('  %-19s %-24s %9s' | format(row.entity, row.rule, '{:,}'.format(row.row_count | int)), info=true) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set new_columns = run_query(
    'select path, new_columns from ' ~ ledger ~ ' where new_columns is not null and batch_id = (select max(batch_id) from '
    ~ ledger ~ ') order by path'
  ).rows -%}
  {%- for row in new_columns -%}
    {%- do log('new in ' ~ row.path ~ ', kept in bronze: ' ~ row.new_columns, info=true) -%}
  {%- endfor -%}
{%- endmacro %}


{#-
  A query for the files of each entity, their rows, and the entity's rows in silver, in the order of the entities. The files of
  an entity that comes from a source are those of its exports.
-#}
{% macro row_counts(ledger) -%}
  {%- set counts = [] -%}
  {%- for entity in lakehouse.entities() if lakehouse.relation_of('int_' ~ entity) is not none -%}
    {%- set source_name, exports = lakehouse.entity_source(entity), [] -%}
    {%- if source_name in [none, 'native'] -%}
      {%- do exports.append(entity) -%}
    {%- else -%}
      {%- for export in lakehouse.mapping(entity).exports -%}
        {%- do exports.append(source_name ~ '_' ~ export) -%}
      {%- endfor -%}
    {%- endif -%}
    {%- do counts.append(
      'select ' ~ loop.index ~ " as position, '" ~ entity ~ "' as entity, silver.silver_count, files.file_count, files.bronze_count"
      ~ ' from (select count(*) as silver_count from ' ~ lakehouse.relation_of('int_' ~ entity) ~ ') as silver'
      ~ ' cross join (select count(*) as file_count, coalesce(sum(row_count), 0) as bronze_count from ' ~ ledger
      ~ " where entity in ('" ~ exports | join("', '") ~ "')) as files"
    ) -%}
  {%- endfor -%}
  select entity, silver_count, file_count, bronze_count
  from ({{ counts | join(' union all ') }}) as counts
  order by position
{%- endmacro %}


{% macro print_headline() -%}
  {%- set sales = load_relation(lakehouse.published(lakehouse.node_of('rpt_executive_sales'))) -%}
  {%- set customers = load_relation(lakehouse.published(lakehouse.node_of('rpt_customer_360'))) -%}
  {%- if none in [sales, customers] -%}{{ return('') }}{%- endif -%}
  {%- set query -%}
    select
      cast(first_date as string) as first_date,
      cast(last_date as string) as last_date,
      sum(net_revenue) as net_revenue,
      sum(gross_revenue) as gross_revenue,
      sum(order_count) as order_count,
      sum(unit_count) as unit_count,
      {{ lakehouse.amount_per('sum(gross_sales - discounts)', 'sum(order_count)') }} as average_order_value,
      sum(session_count) as session_count,
      {{ lakehouse.percentage('sum(purchasing_session_count)', 'sum(session_count)') }} as conversion_pct,
      (select count(*) from {{ customers }} where order_count > 0) as buyer_count
    from {{ sales }}
    cross join (select min(sales_date) as first_date, max(sales_date) as last_date from {{ sales }}) as span
    group by first_date, last_date
  {%- endset -%}
  {%- set rows = run_query(query).rows -%}
  {%- if not rows -%}
    {%- do log('', info=true) -%}
    {%- do log('There are no sessions and no orders, so the boards are empty.', info=true) -%}
    {{ return('') }}
  {%- endif -%}
  {%- set row = rows[0] -%}
  {%- set last = lakehouse.publications_of(lakehouse.reporting_schema())[-1] -%}
  {%- set waiting = last.invocation_id != invocation_id
    and not lakehouse.has_states(last, lakehouse.states_of(lakehouse.candidate_nodes())) -%}
  {%- do log('', info=true) -%}
  {%- do log(
    'publication ' ~ last.publication_id ~ ', ' ~ last.published_at.strftime('%Y-%m-%d %H:%M') ~ ' UTC'
    ~ (', while newer tables wait for their tests' if waiting else ''), info=true
  ) -%}
  {%- set line = '%-22s %18s' -%}
  {%- do log(line | format('days', row.first_date ~ ' to ' ~ row.last_date), info=true) -%}
  {%- do log(line | format('net revenue', lakehouse.shop_currency() ~ ' ' ~ '{:,.2f}'.format(row.net_revenue)), info=true) -%}
  {%- do log(line | format('gross revenue', lakehouse.shop_currency() ~ ' ' ~ '{:,.2f}'.format(row.gross_revenue)), info=true) -%}
  {%- do log(line | format('orders', '{:,}'.format(row.order_count | int)), info=true) -%}
  {%- do log(line | format('units', '{:,}'.format(row.unit_count | int)), info=true) -%}
  {%- if row.average_order_value is not none -%}
    {%- do log(line | format('average order value', lakehouse.shop_currency() ~ ' ' ~ '{:,.2f}'.format(row.average_order_value)), info=true) -%}
  {%- endif -%}
  {%- do log(line | format('buyers', '{:,}'.format(row.buyer_count | int)), info=true) -%}
  {%- do log(line | format('sessions', '{:,}'.format(row.session_count | int)), info=true) -%}
  {%- do log(line | format('sessions that bought', row.conversion_pct ~ ' %'), info=true) -%}
{%- endmacro %}
