{#-
  dbt's own, but what a test says is kept, with the state of the tables that it read. With the profile's
  `skip_passed_tests` a test that passed and would say the same again is not run: its SQL, the tables and the engine are
  the same.
-#}
{% materialization test, adapter='spark_connect' %}
  {%- set code = get_test_sql(
    sql, config.get('fail_calc'), config.get('warn_if'), config.get('error_if'), config.get('limit')
  ) -%}
  {%- set inputs = {'code': local_md5(code), 'engine': adapter.engine_version()} -%}
  {%- do inputs.update(dbt_spark_connect_inputs_of(model)) -%}

  {%- if dbt_spark_connect_has_passed(inputs) and not should_store_failures() -%}
    {%- set passed = adapter.result_of({'failures': 0, 'should_warn': false, 'should_error': false}) -%}
    {%- call noop_statement('main', 'UNCHANGED', res=passed) -%}{%- endcall -%}
    {{ return({'relations': []}) }}
  {%- endif -%}

  {%- set result = materialization_test_default() -%}
  {%- set row = load_result('main').table.rows[0] -%}
  {%- if row.should_error and config.get('severity') | lower == 'error' -%}
    {%- set verdict = 'fail' -%}
  {%- else -%}
    {%- set verdict = 'warn' if row.should_error or row.should_warn else 'pass' -%}
  {%- endif -%}
  {%- do dbt_spark_connect_keep_verdict(verdict, inputs) -%}
  {{ return(result) }}
{% endmaterialization %}


{% materialization unit, adapter='spark_connect' %}
  {%- set expected = config.get('expected_sql') or tojson(config.get('expected_rows'), sort_keys=true) -%}
  {#- its rows stand in its SQL -#}
  {%- set inputs = {'code': local_md5(sql ~ expected), 'engine': adapter.engine_version()} -%}

  {%- if dbt_spark_connect_has_passed(inputs) -%}
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
  {%- set passed = rows.actual | sort == rows.expected | sort -%}
  {%- do dbt_spark_connect_keep_verdict('pass' if passed else 'fail', inputs) -%}
  {{ return(result) }}
{% endmaterialization %}


{#- Projects of two schemas may share a warehouse. -#}
{% macro dbt_spark_connect_test_id(node) %}
  {{ return(target.schema ~ '.' ~ node.unique_id) }}
{% endmacro %}


{% macro dbt_spark_connect_has_passed(inputs) %}
  {%- set last = adapter.verdict(dbt_spark_connect_test_id(model)) -%}
  {{ return(adapter.skips_passed_tests() and last.get('verdict') == 'pass' and last.inputs == inputs) }}
{% endmacro %}


{% macro dbt_spark_connect_keep_verdict(verdict, inputs) %}
  {%- do adapter.keep_verdict(dbt_spark_connect_test_id(model), {
    'verdict': verdict, 'definition': dbt_spark_connect_test_definition(model), 'inputs': inputs
  }) -%}
{% endmacro %}


{#- A hash of what a test asks, and of how its answer is judged, before it is compiled. -#}
{% macro dbt_spark_connect_test_definition(node) %}
  {%- set definition = [node.raw_code] -%}
  {%- for name in ['severity', 'fail_calc', 'warn_if', 'error_if', 'where', 'limit'] -%}
    {%- do definition.append(node.config.get(name) | string) -%}
  {%- endfor -%}
  {{ return(local_md5(definition | join('\n'))) }}
{% endmacro %}


{#-
  What a test said of the tables that it reads, as they are now: `pass`, `warn` or `fail`; empty if it has not run since
  one of them, or its own definition, has changed.
-#}
{% macro dbt_spark_connect_verdict(node) %}
  {%- set last = adapter.verdict(dbt_spark_connect_test_id(node)) -%}
  {%- if last.get('definition') != dbt_spark_connect_test_definition(node) -%}{{ return('') }}{%- endif -%}
  {%- for name, state in dbt_spark_connect_inputs_of(node, with_sources=false).items() if last.inputs.get(name) != state -%}
    {{ return('') }}
  {%- endfor -%}
  {{ return(last.verdict) }}
{% endmacro %}
