{#-
  Which columns hold personal data. Each is declared once, in the YAML of its table: `meta: {personal: direct}`,
  `indirect` or `id`. docs/privacy.md says what they mean. `of` is the kind of an identifier if its name does not say
  it: `recovered_order_id` is one of orders.
-#}

{#- What the columns of a node or source declare, by name: `class`, `of` and `free_text`. -#}
{% macro declared_personal(columns) -%}
  {%- set declared = {} -%}
  {%- for column in columns.values() -%}
    {%- set meta = column.config.get('meta', {}) -%}
    {%- if meta.get('personal') -%}
      {%- do declared.update({column.name: {
        'class': meta.personal, 'of': meta.get('of', column.name | replace('_id', '')), 'free_text': meta.get('free_text', false)
      }}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(declared) }}
{%- endmacro %}


{#-
  Of an export, the kinds of identifiers by column. A browser leads to a person only where nothing else does: the visits
  that a browser makes after its person was forgotten are delivered like others.
-#}
{% macro id_kinds(columns) -%}
  {%- set kinds = {} -%}
  {%- for name, column in lakehouse.declared_personal(columns).items() if column['class'] == 'id' -%}
    {%- do kinds.update({name: column.of}) -%}
  {%- endfor -%}
  {%- for name, kind in kinds.copy().items() if kind == 'visitor' and kinds.values() | unique | list | length > 1 -%}
    {%- do kinds.pop(name) -%}
  {%- endfor -%}
  {{ return(kinds) }}
{%- endmacro %}


{#-
  The personal columns of an existing table: name, quoted, dtype, class, of; `key`, the expression that is compared with
  identifiers; and `not_null`. In bronze, undeclared columns are personal.
-#}
{% macro personal_columns(node, relation) -%}
  {%- set export = lakehouse.known_exports().get(node.name[4:]) if node.fqn[1] == 'staging' -%}
  {%- set of = graph.nodes[node.depends_on.nodes[0]] if node.resource_type == 'snapshot' else node -%}
  {%- set declared = lakehouse.declared_personal(export.declared if export else of.columns) -%}
  {%- set columns = [] -%}
  {%- for column in adapter.get_columns_in_relation(relation) -%}
    {%- set undeclared = export and column.name not in export.columns and not column.name.startswith('_') -%}
    {%- if column.name in declared or undeclared -%}
      {%- set about = declared.get(column.name, {'class': 'direct', 'of': '', 'free_text': false}) -%}
      {%- set constraints = (of.columns.get(column.name) or {}).get('constraints', []) -%}
      {%- set key = lakehouse.identifier(column.quoted, export, about.of) -%}
      {%- do columns.append({
        'name': column.name, 'quoted': column.quoted, 'dtype': column.dtype, 'class': about['class'], 'of': about.of, 'free_text': about.free_text, 'key': key,
        'undeclared': undeclared, 'not_null': constraints | length > 0
      }) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(columns) }}
{%- endmacro %}


{#- An identifier in silver's spelling: from a bronze column, or from the first part of a composite key. -#}
{% macro identifier(column, export=none, of='') -%}
  {%- if of == 'email' -%}
    {{ return('lower(' ~ lakehouse.trimmed(column) ~ ')') }}
  {%- elif not export -%}
    {{ return("split_part(" ~ column ~ ", ':', 1)") }}
  {%- elif of == 'visitor' -%}
    {{ return(lakehouse.visitor('(' ~ lakehouse.clean(column) ~ ')', export.source != 'native')) }}
  {%- elif export.source == 'native' -%}
    {{ return('(' ~ lakehouse.canonical_id('(' ~ lakehouse.clean(column) ~ ')') ~ ')') }}
  {%- endif -%}
  {{ return("trim(leading '#' from trim(" ~ column ~ '))') }}
{%- endmacro %}


{#-
  The tables that have personal columns: relation, node, `layer` (bronze, silver, history, gold or published), columns,
  and `of_customers`, whether it has a row for each customer with their attributes.
-#}
{% macro personal_tables() -%}
  {%- set tables = [] -%}
  {%- for node in lakehouse.table_nodes() if node.resource_type != 'seed' -%}
    {%- set layer = {'staging': 'bronze', 'intermediate': 'silver', 'marts': 'gold', 'reporting': 'gold'}.get(node.fqn[1], 'history') -%}
    {%- set relations = [[layer, lakehouse.relation_of_node(node)]] -%}
    {%- if node.fqn[1] == 'reporting' -%}
      {%- do relations.append(['published', lakehouse.published_rows(node)]) -%}
    {%- endif -%}
    {%- for layer, relation in relations if load_relation(relation) is not none -%}
      {%- set columns = lakehouse.personal_columns(node, relation) if node.name not in lakehouse.tables_of_raw_rows() else [] -%}
      {%- set kinds = columns | selectattr('class', 'equalto', 'id') | map(attribute='of') | unique | list -%}
      {%- if columns -%}
        {%- do tables.append({
          'relation': relation.incorporate(type='table'), 'node': node, 'layer': layer, 'columns': columns,
          'of_customers': kinds == ['customer'] and columns | rejectattr('class', 'equalto', 'id') | list | length > 0
        }) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {{ return(tables) }}
{%- endmacro %}


{#- They hold complete delivered rows or lines of all entities, or none. -#}
{% macro tables_of_raw_rows() -%}
  {{ return(['ingested_files', 'stg_unparsable_rows', 'quarantine']) }}
{%- endmacro %}


{#- The table with the published rows of a reporting model: in a catalog, with the rows of several publications. -#}
{% macro published_rows(node) -%}
  {%- set shown = lakehouse.published(node) -%}
  {{ return(shown if lakehouse.is_in_folder() else shown.incorporate(path={'identifier': 'published_' ~ node.alias})) }}
{%- endmacro %}
