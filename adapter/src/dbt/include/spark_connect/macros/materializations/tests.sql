{#-
  dbt's own, but for a test that passed and would say the same again: the profile's `skip_passed_tests`. What is compared
  is the test's SQL, the state of the tables that it reads, and the engine.
-#}
{% materialization test, adapter='spark_connect' %}
  {%- set code = get_test_sql(
    sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), config.get('limit')
  ) -%}
  {%- set inputs = {'code': local_md5(code), 'engine': adapter.engine_version()} -%}
  {%- do dbt_spark_connect_add_inputs(model, inputs) -%}

  {%- if adapter.has_passed(model.unique_id, inputs) and not should_store_failures() -%}
    {%- set passed = adapter.result_of({'failures': 0, 'should_warn': false, 'should_error': false}) -%}
    {%- call noop_statement('main', 'UNCHANGED', res=passed) -%}{%- endcall -%}
    {{ return({'relations': []}) }}
  {%- endif -%}

  {%- set result = materialization_test_default() -%}
  {%- set verdict = load_result('main').table.rows[0] -%}
  {%- if not verdict.should_warn and not verdict.should_error -%}
    {%- do adapter.keep_passed(model.unique_id, inputs) -%}
  {%- endif -%}
  {{ return(result) }}
{% endmaterialization %}


{% materialization unit, adapter='spark_connect' %}
  {%- set expected = config.get('expected_sql') or tojson(config.get('expected_rows'), sort_keys=true) -%}
  {#- its rows stand in its SQL -#}
  {%- set inputs = {'code': local_md5(sql ~ expected), 'engine': adapter.engine_version()} -%}

  {%- if adapter.has_passed(model.unique_id, inputs) -%}
    {%- set passed = adapter.result_of({'actual_or_expected': ''}) -%}
    {%- call noop_statement('main', 'UNCHANGED', res=passed) -%}{%- endcall -%}
    {{ return({'relations': []}) }}
  {%- endif -%}

  {%- set result = materialization_unit_default() -%}
  {%- set rows = {'actual': [], 'expected': []} -%}
  {%- for row in load_result('main').table.rows -%}
    {%- set kind = row.actual_or_expected -%}
    {%- do rows[kind].append(row.values() | reject('equalto', kind) | map('string') | list) -%}
  {%- endfor -%}
  {%- if rows.actual | sort == rows.expected | sort -%}
    {%- do adapter.keep_passed(model.unique_id, inputs) -%}
  {%- endif -%}
  {{ return(result) }}
{% endmaterialization %}
