"""The SQL that the project's macros rely on, with the value that every engine has to give.

MACROS: what a macro makes of a text. EXPRESSIONS: type and value of an expression. All values as text, null as None.
"""

from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from dbt.adapters.spark_connect.engines.base import Engine
from shop import Shop

NULL = None
MACROS: dict[tuple[str, str], str | None] = {
    ("clean('x')", "\u00a0 a b\t"): "a b",
    ("clean('x')", "NaN"): NULL,
    ("clean('x')", "\u3000"): NULL,
    ("clean('x')", "nano"): "nano",
    ("canonical_id('x')", "1050"): "1050",
    ("canonical_id('x')", "1050.0"): "1050",
    ("canonical_id('x')", "001050"): "1050",
    ("canonical_id('x')", "+1050"): "1050",
    ("canonical_id('x')", "1.05e3"): "1050",
    ("canonical_id('x')", "1E+03"): "1000",
    ("canonical_id('x')", "12e5"): "12e5",
    ("canonical_id('x')", "000"): "0",
    ("canonical_id('x')", ".0"): "0",
    ("canonical_id('x')", "12345678901234567890123456789012345678"): "12345678901234567890123456789012345678",
    ("canonical_id('x')", "9007199254740993.0"): "9007199254740993",
    ("canonical_id('x')", "1_000"): "1_000",
    ("canonical_id('x')", "6f9619ff-8b86-d011-b42d-00cf4fc964ff"): "6f9619ff-8b86-d011-b42d-00cf4fc964ff",
    ("canonical_id('x')", "10.5"): NULL,
    ("canonical_id('x')", "-3"): NULL,
    ("canonical_id('x')", "abc def"): NULL,
    ("canonical_id('x')", "٣"): NULL,
    # what the others are given has gone through it: Java's $ would match before a line's end
    ("clean('x')", "12\n"): "12",
    ("plain_number('x')", "-1.05e3"): "-1050.",
    ("plain_number('x')", "5e-3"): "0.005",
    ("plain_number('x')", "12.5E+002"): "1250.",
    ("plain_number('x')", "+.5e-1"): "+0.05",
    ("plain_number('x')", "1e75"): "1" + "0" * 75 + ".",
    ("plain_number('x')", "1e-75"): "0." + "0" * 74 + "1",
    ("plain_number('x')", "1e76"): NULL,
    ("plain_number('x')", "-1050.50"): "-1050.50",
    ("plain_number('x')", "."): NULL,
    ("to_decimal('x')", "0.005"): "0.01",
    ("to_decimal('x')", "-0.005"): "-0.01",
    ("to_decimal('x')", "2.675"): "2.68",
    ("to_decimal('x')", "9999999999.99"): "9999999999.99",
    ("to_decimal('x')", "9999999999.995"): NULL,
    ("to_decimal('x')", "1,5"): NULL,
    ("to_decimal('x', 5, 2)", "1e2"): "100.00",
    ("to_integer('x')", "2.0"): "2",
    ("to_integer('x')", "2.5"): NULL,
    ("to_integer('x')", "-7"): "-7",
    ("to_integer('x')", "2147483648"): NULL,
    ("to_boolean('x')", "Yes"): "true",
    ("to_boolean('x')", "0.0"): "false",
    ("to_boolean('x')", "maybe"): NULL,
    ("parse_utc('x')", "2025-01-31T10:00:00"): "2025-01-31 10:00:00",
    ("parse_utc('x')", "2025-01-31 10:00:00.123456789"): "2025-01-31 10:00:00.123456",
    ("parse_utc('x')", "2025-01-31t10:00z"): "2025-01-31 10:00:00",
    ("parse_utc('x')", "2025-01-31T10:00:00+05:30"): "2025-01-31 04:30:00",
    ("parse_utc('x')", "2025-01-31T10:00:00-0130"): "2025-01-31 11:30:00",
    ("parse_utc('x')", "2025-01-31 23:00:00-02"): "2025-02-01 01:00:00",
    ("parse_utc('x')", "2024-02-29"): "2024-02-29 00:00:00",
    ("parse_utc('x')", "1969-12-31T23:59:59.5"): "1969-12-31 23:59:59.5",
    ("parse_utc('x')", "2025-02-29"): NULL,
    ("parse_utc('x')", "2025-01-31T24:00:00"): NULL,
    ("parse_utc('x')", "31.01.2025"): NULL,
}
EXPRESSIONS: dict[str, tuple[str, str | None]] = {
    # decimals
    "cast(round(cast(1.005 as decimal(28, 4)) / cast(2 as decimal(28, 4)), 2) as decimal(14, 2))": (
        "decimal(14,2)",
        "0.50",
    ),
    "cast(round(cast('2.5' as decimal(12, 2)), 0) as int)": ("int", "3"),
    "cast(sum(cast('0.10' as decimal(12, 2))) as decimal(14, 2))": ("decimal(14,2)", "0.10"),
    "sum(cast('0.10' as decimal(14, 2)))": ("decimal(24,2)", "0.10"),
    "sum(cast(3 as int))": ("bigint", "3"),
    "cast(99 * cast('1.50' as decimal(12, 2)) as decimal(18, 2))": ("decimal(18,2)", "148.50"),
    "try_cast('1234567890123.45' as decimal(12, 2))": ("decimal(12,2)", NULL),
    # times
    "date_format(timestamp '2025-01-31 23:59:59', 'yyyy-MM')": ("string", "2025-01"),
    "to_date(timestamp '2025-01-31 23:59:59.999999')": ("date", "2025-01-31"),
    "timestampdiff(second, timestamp '2025-01-31 23:59:59.9', timestamp '2025-02-01 00:00:01')": ("bigint", "1"),
    "timestampadd(day, 1, timestamp '2024-02-28 12:00:00')": ("timestamp", "2024-02-29 12:00:00"),
    "timestampadd(microsecond, 1, timestamp '2025-01-31 23:59:59.999999')": ("timestamp", "2025-02-01 00:00:00"),
    "cast(datediff(date '2025-03-01', date '2024-02-29') as int)": ("int", "366"),
    "size(sequence(date '2024-02-28', date '2024-03-01', interval 1 day))": ("int", "3"),
    # nulls
    "concat_ws('|', cast(1 as bigint), cast(null as string), 'a')": ("string", "1|a"),
    "null is not distinct from cast(null as int)": ("boolean", "true"),
    "greatest(null, 1)": ("int", "1"),
    "max(struct(cast(null as int) as a)).a": ("int", NULL),
    "count_if(cast(null as boolean))": ("bigint", "0"),
    "1 not in (2, cast(null as int))": ("boolean", NULL),
    "max_by('a', struct(1, 2))": ("string", "a"),
    # texts
    "sha2('a@b.example', 256)": ("string", "ebb18a030bf15174f5714e24d63af1a81355c951ea7389bd2a9bd18e3d0c2477"),
    "split_part('missing_key:order_id', ':', 2)": ("string", "order_id"),
    "split_part(cast(null as string), ':', 1)": ("string", NULL),
    "regexp_replace('10:00Z', '(Z|[+-].*)$', '')": ("string", "10:00"),
    "regexp_extract('1.05e3', '[eE]([+-]?[0-9]+)$', 1)": ("string", "3"),
    "to_json(struct('a\"b\\\\' as x, cast(null as string) as y, 1 as z))": ("string", '{"x":"a\\"b\\\\","z":1}'),
    "'a' < 'Z'": ("boolean", "false"),
    "overlay('105', '.', 2, 0)": ("string", "1.05"),
    # windows, over the rows 3, 1 and null
    "(select max(x) from (select x, row_number() over (order by x asc) as n from t3) where n = 1)": ("int", NULL),
    "(select max(x) from (select x, row_number() over (order by x desc) as n from t3) where n = 1)": ("int", "3"),
    "(select max(s) from (select sum(x) over () as s from t3))": ("bigint", "4"),
}


def expression_rows(engine: Engine, compiled: dict[str, str]) -> dict[Any, Any]:
    """What an engine makes of all of them, in the shape of MACROS and EXPRESSIONS. compiled: the macros' SQL."""
    columns = []
    for number, (macro, text) in enumerate(MACROS):
        literal = "".join(f"\\u{ord(character):04x}" for character in text)
        columns.append(f"(select cast({compiled[macro]} as string) from (select '{literal}' as x)) as m{number}")
    found: dict[Any, Any] = dict(zip(MACROS, _row(engine, ", ".join(columns)), strict=True))
    for expression in EXPRESSIONS:
        typed, value = _row(engine, f"typeof({expression}) as a, cast({expression} as string) as b")
        found[expression] = (typed, value)
    return found


def _row(engine: Engine, columns: str) -> list[Any]:
    rows = engine.sql(
        f"with t3 as (select * from values (3), (1), (cast(null as int)) as t (x)) select {columns}"
    ).to_pylist()
    return list(rows[0].values())


def compiled_macros(shop: Shop) -> dict[str, str]:
    """The SQL of each macro of MACROS."""
    macros = list(dict.fromkeys(macro for macro, _ in MACROS))
    inline = "\n;;;\n".join(f"{{{{ {macro} }}}}" for macro in macros)
    with redirect_stdout(StringIO()):
        result = shop.dbt("compile", "--inline", inline, parse=True)
    assert result.success, result.exception
    parts = result.result.results[0].node.compiled_code.split(";;;")
    return dict(zip(macros, parts, strict=True))
