{% macro date_var(name) -%}
  {{ return(adapter.dispatch('date_var', 'lakehouse')(name)) }}
{%- endmacro %}

{% macro default__date_var(name) -%}
  {%- set value = (var(name) or '') | string -%}
  {%- if value and not modules.re.fullmatch('[0-9]{4}-[0-9]{2}-[0-9]{2}', value) -%}
    {%- do exceptions.raise_compiler_error(
      "The variable " ~ name ~ " must be a day, as YYYY-MM-DD, or empty. It is '" ~ value ~ "'."
    ) -%}
  {%- endif -%}
  {{ return("date'" ~ value ~ "'" if value else none) }}
{%- endmacro %}
