"""JSON lines, Parquet, and CSV in another encoding, staged as strings."""

import datetime as dt
import gzip
import io
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from dbt.adapters.spark_connect.landing import json_rows, parquet_rows, sink, staging
from dbt.adapters.spark_connect.landing.limits import Limits
from dbt.adapters.spark_connect.landing.options import Options
from dbt_common.exceptions import DbtRuntimeError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

Load = Callable[..., "Loaded"]


class Loaded:
    """What was staged of a file: its rows without the audit columns, their numbers, and the records that are no rows."""

    def __init__(self, file: dict[str, Any], parts: list[dict[str, Any]]) -> None:
        self.columns, self.rows, self.numbers, self.broken = file["columns"], [], [], []
        for part in parts:
            for line in pq.read_table(part["path"]).to_pylist():
                del line["_source_file"]
                number = line.pop("_row_number")
                if part["kind"] == "data":
                    self.rows.append({name: value for name, value in line.items() if value is not None})
                    self.numbers.append(number)
                else:
                    self.broken.append((number, line["raw_row"], line["problem"]))


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def loaded(name: str, data: bytes, limits: Limits = staging.DEFAULT_LIMITS, **options: Any) -> Loaded:
        landing, folder = tmp_path / "landing", tmp_path / "warehouse" / "staged"
        landing.mkdir(exist_ok=True)
        (landing / name).write_bytes(data)
        scan = staging.scan(str(landing), ["events"], set(), Options(**options), folder, limits)
        (landing / name).unlink()
        if scan["errors"]:
            raise DbtRuntimeError(scan["errors"][0])
        (file,) = scan["files"]
        parts = staging.stage(str(landing), ["events"], [(file["path"], file["sha256"])], Options(**options), folder)
        return Loaded(file, parts)

    return loaded


def parquet(rows: list[dict[str, Any]] | pa.Table, **options: Any) -> bytes:
    data = io.BytesIO()
    pq.write_table(rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows), data, **options)
    return data.getvalue()


@pytest.mark.parametrize("ending", ["json", "jsonl", "ndjson", "jsonl.gz"])
def test_json_lines_keep_every_value_as_it_was_written(load: Load, ending: str) -> None:
    data = (
        '{"Event Name": "view", "n": 007}\n'.replace("007", "1.10")
        + '\n{ "big" : 12345678901234567890123 , "e": 1.5E+3,"yes":true,"none":null, "__parentId": "gid://x/1" }\r\n'
        + '{"list": [{"a": 1.10,  "b": [ ]}], "tab": "a\\tb\\u00e9", "quote": "\\"", "empty": {}}'
    ).encode()
    loaded = load(f"events.{ending}", gzip.compress(data) if ending.endswith("gz") else data)
    assert loaded.rows == [
        {"event_name": "view", "n": "1.10"},
        {"big": "12345678901234567890123", "e": "1.5E+3", "yes": "true", "parentid": "gid://x/1"},
        {"list": '[{"a": 1.10,  "b": [ ]}]', "tab": "a\tbé", "quote": '"', "empty": "{}"},
    ]
    assert loaded.numbers == [1, 2, 3]
    expected = ["event_name", "n", "big", "e", "yes", "none", "parentid", "list", "tab", "quote", "empty"]
    assert loaded.columns == expected
    assert loaded.broken == []


def test_a_line_that_is_no_object_is_kept_whole(load: Load) -> None:
    lines = [
        b'{"a": 1}',
        b'{"a": 1',
        b'{"a": 1} x',
        b"[1]",
        b'"a"',
        b'{"a": \xff}',
        b'{"a": NaN}',
        b'{"a" 1}',
        b'{"a": 1, "A": 2}',
        b'{"": 1}',
        b'{"a": "\\ud800"}',
        b"{" + b'"a":{' * 100_000,
        b'{"a": 2}',
    ]
    loaded = load("events.json", b"\n".join(lines))
    assert loaded.rows == [{"a": "1"}, {"a": "2"}]
    assert loaded.numbers == [1, 13]
    assert [(number, problem) for number, _, problem in loaded.broken] == [
        (2, "not a JSON object"),
        (3, "text after the JSON object"),
        (4, "not a JSON object"),
        (5, "not a JSON object"),
        (6, "not UTF-8"),
        (7, "NaN is no JSON"),
        (8, "not a JSON object"),
        (9, "two keys have the same name"),
        (10, "a key has no name that a column can have"),
        (11, "a text that is not Unicode"),
        (12, "nested too deeply"),
    ]
    assert loaded.broken[0][1] == '{"a": 1'
    assert loaded.broken[4][1] == '{"a": \\xff}'


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=4),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=5), st.booleans())
@example([{"a": "\x7f\x00"}], False)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_object_comes_back(load: Load, objects: list[dict[str, Any]], spaces: bool) -> None:
    separators = (" , ", " : ") if spaces else (",", ":")
    data = "\n".join(json.dumps(each, separators=separators) for each in objects).encode()
    loaded = load("events.jsonl", data)
    assert loaded.broken == []
    assert len(loaded.rows) == len(objects)
    for line, each in zip(loaded.rows, objects, strict=True):
        expected = {key: value for key, value in each.items() if value is not None}
        assert line.keys() == expected.keys()
        for key, value in expected.items():
            assert (line[key] if isinstance(value, str) else json.loads(line[key])) == value


LINES = [
    '{"a":1,"b":"x"}',
    '{"a": -0.10 , "b": null}\n',
    '{"a":true}',
    '{"a":NaN}',
    '{"a":1} 2',
    '{"a":1,"a":2}',
    "{}",
    "{",
    '{"a"}',
]


@given(
    st.sampled_from(LINES), st.integers(0, 20), st.sampled_from(["", "\\", '"', "{", "[", "\x01", "1", ".", " ", "é"])
)
def test_the_fast_reader_of_objects_agrees_with_the_exact_one(line: str, place: int, put: str) -> None:
    line = line[:place] + put + line[place + 1 :] if put else line

    def fields(reader: Callable[[str, dict[str, str]], Any]) -> Any:
        try:
            return reader(line, {})
        except (ValueError, IndexError):
            return None

    assert fields(json_rows._flat_fields) in (None, fields(json_rows._fields))


def test_keys_that_appear_late_in_a_large_file(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "_ROWS_PER_CHUNK", 7)
    monkeypatch.setattr(sink, "SMALL", 500)
    lines = [json.dumps({"id": number} | ({"late": "x"} if number > 60 else {})) for number in range(100)]
    loaded = load("events.jsonl", "\n".join(lines).encode())
    assert [line["id"] for line in loaded.rows] == [str(number) for number in range(100)]
    assert [line.get("late") for line in loaded.rows] == [None] * 61 + ["x"] * 39
    assert loaded.columns == ["id", "late"]


def test_a_json_file_that_is_no_json_lines(load: Load) -> None:
    with pytest.raises(DbtRuntimeError, match=r"events\.json: a JSON array\. Deliver JSON lines"):
        load("events.json", b'[\n  {"a": 1}\n]')
    with pytest.raises(DbtRuntimeError, match=r"events\.json: it has no row; record 1: not a JSON object\."):
        load("events.json", b"id,name\n1,2\n", required=["id"])
    with pytest.raises(DbtRuntimeError, match=r"events\.json: the file is empty\."):
        load("events.json", b"", required=["id"])
    with pytest.raises(DbtRuntimeError, match="the required column id is missing; the rows have name and 0 others"):
        load("events.json", b'{"name": 1}\n', required=["id", "name"])
    with pytest.raises(DbtRuntimeError, match=r"events\.json\.gz: not a whole gzip file"):
        load("events.json.gz", gzip.compress(b'{"a": 1}\n' * 1000)[:-20])
    with pytest.raises(DbtRuntimeError, match=r"events\.json: a line has more than 5 bytes"):
        load("events.json", b'{"a": 1}', limits=Limits(line_bytes=5))


def test_an_export_without_a_row(load: Load) -> None:
    assert load("events.jsonl", b"").rows == []
    empty = pa.table({"id": pa.array([], pa.int64())})
    assert load("events.parquet", parquet(empty), required=["id"]).columns == ["id"]


def test_parquet_values_become_text_that_loses_nothing(load: Load) -> None:
    moment = dt.datetime(2026, 5, 1, 23, 54, 11, 123456, dt.timezone(dt.timedelta(hours=-4)))
    table = pa.table(
        {
            "Order ID": pa.array([2**62, None], pa.int64()),
            "money": pa.array([Decimal("1.10"), None], pa.decimal128(38, 2)),
            "at": pa.array([moment, None], pa.timestamp("us", "America/New_York")),
            "local": pa.array([dt.datetime(2026, 5, 1), None], pa.timestamp("ms")),
            "day": pa.array([dt.date(2026, 5, 1), None]),
            "yes": pa.array([True, None]),
            "ratio": pa.array([0.1, None]),
            "name": pa.array(["Åsa", None]).dictionary_encode(),
            "untyped": pa.array([b"\xc3\xa9", None]),
            "bytes": pa.array([b"\xff\x00", b"a"]),
        }
    )
    loaded = load("events.parquet", parquet(table))
    assert loaded.rows == [
        {
            "order_id": str(2**62),
            "money": "1.10",
            "at": "2026-05-02T03:54:11.123456Z",
            "local": "2026-05-01T00:00:00.000000",
            "day": "2026-05-01",
            "yes": "true",
            "ratio": "0.1",
            "name": "Åsa",
            "untyped": "é",
            "bytes": "/wA=",
        },
        {"bytes": "a"},
    ]


NESTED = pa.list_(
    pa.struct(
        [
            ("key", pa.string()),
            ("value", pa.struct([("string_value", pa.string()), ("int_value", pa.int64()), ("double", pa.float64())])),
        ]
    )
)


def test_nested_parquet_becomes_json_without_nulls(load: Load) -> None:
    params = [
        [{"key": 'a"\\\n', "value": {"int_value": 7}}, {"key": "b\x01", "value": None}, None],
        [],
        None,
        [{"key": "c", "value": {"string_value": "x", "double": float("nan")}}],
    ]
    table = pa.table({"params": pa.array(params, NESTED)})
    texts = [line.get("params") for line in load("events.parquet", parquet(table)).rows]
    assert [None if text is None else json.loads(text) for text in texts] == [
        [{"key": 'a"\\\n', "value": {"int_value": 7}}, {"key": "b\x01"}, None],
        [],
        None,
        [{"key": "c", "value": {"string_value": "x"}}],
    ]
    assert texts[3] == '[{"key":"c","value":{"string_value":"x"}}]'


PARAMS = st.lists(
    st.none()
    | st.fixed_dictionaries(
        {
            "key": st.none() | st.text(max_size=4),
            "value": st.none()
            | st.fixed_dictionaries(
                {"string_value": st.none() | st.text(max_size=4), "int_value": st.none() | st.just(7)}
            ),
        }
    ),
    max_size=3,
)


@given(st.lists(st.none() | PARAMS, min_size=1, max_size=6), st.integers(0, 3))
@settings(deadline=None)
def test_json_of_nested_values_is_that_of_the_json_module(rows: list[Any], start: int) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items() if each is not None}
        return [plain(each) for each in value] if isinstance(value, list) else value

    # A slice, as batches of a file are.
    texts = parquet_rows.json_text(pa.array(rows, NESTED)[start:]).to_pylist()
    assert [None if text is None else json.loads(text) for text in texts] == [plain(each) for each in rows[start:]]


def test_maps_and_lists_of_lists(load: Load) -> None:
    table = pa.table(
        {
            "map": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
            "lists": pa.array([[[1, 2], []], None], pa.list_(pa.list_(pa.int64()))),
        }
    )
    assert load("events.parquet", parquet(table)).rows == [{"map": '{"a":1}', "lists": "[[1,2],[]]"}, {}]


def test_a_parquet_file_that_is_not_whole_is_an_error_that_names_it(load: Load) -> None:
    whole = parquet([{"id": number, "text": str(number) * 50} for number in range(5000)], compression="none")
    for broken in (whole[:-100], whole[:2000], b"PAR1", b"id\n1\n", b""):
        with pytest.raises(DbtRuntimeError, match=r"events\.parquet: it cannot be read .* Deliver it again\."):
            load("events.parquet", broken)
    with pytest.raises(DbtRuntimeError, match="the required column day is missing; the file has id and 1 other"):
        load("events.parquet", whole, required=["id", "day"])
    with pytest.raises(DbtRuntimeError, match="it has more than 100 bytes when it is decompressed"):
        load("events.parquet", whole, limits=Limits(file_bytes=100))
    damaged = whole[:5000] + b"\xff" * 200 + whole[5200:]
    try:
        load("events.parquet", damaged)
    except DbtRuntimeError as error:
        assert str(error.msg).startswith("events.parquet: it cannot be read")
    with pytest.raises(DbtRuntimeError, match=r"events\.parquet: it cannot be read \(.*\)\. Deliver it again\.$"):
        load("events.parquet", whole[:4] + b"\xff" * 200 + whole[204:])


@pytest.mark.parametrize("quote", ["", '"'])
def test_csv_in_another_encoding_and_with_another_delimiter(load: Load, quote: str) -> None:
    text = f"Näme;Preis\n{quote}Müller{quote};1,50\n€;2\n"
    options = {"delimiter": ";", "encoding": "cp1252"}
    assert load("events.csv", text.encode("cp1252"), **options).rows == [
        {"näme": "Müller", "preis": "1,50"},
        {"näme": "€", "preis": "2"},
    ]
    wide = load("events.csv.gz", gzip.compress(text.encode("utf-16")), delimiter=";", encoding="utf-16")
    assert wide.rows[1] == {"näme": "€", "preis": "2"}


def test_bytes_that_the_encoding_does_not_have_are_a_broken_line(load: Load) -> None:
    loaded = load("events.csv", b"a;b\n1;2\n\x81;3\n4;5\n", delimiter=";", encoding="cp1252")
    assert loaded.rows == [{"a": "1", "b": "2"}, {"a": "4", "b": "5"}]
    assert loaded.broken == [(2, "\\x81;3", "not UTF-8")]
    with pytest.raises(DbtRuntimeError, match=r"events\.csv: the file is not in the encoding utf-16"):
        load("events.csv", "a,b\n1,2\n".encode("utf-16")[:-1], encoding="utf-16")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        (
            "events.csv",
            b"id;day\n1;2\n",
            'separated by ";". If all its source\'s files are, write `config: {meta: {delimiter:',
        ),
        ("events.csv", b"id\tday\n1\t2\n", 'meta: {delimiter: "\\t"}'),
        ("events.csv", "id,day\n1,2\n".encode("utf-16"), "write `config: {meta: {encoding: utf-16}}`"),
        ("events.csv", "id,day\n1,2\n".encode("utf-16-le"), "It seems to be in UTF-16."),
        ("events.csv", b'{"id": 1, "day": 2}\n', "Let its name end in .jsonl."),
        ("events.csv", b"PAR1\x15\n\x15,PAR1", "Let its name end in .parquet."),
        ("events.csv", gzip.compress(b"id,day\n1,2\n", mtime=0), "Let its name end in .gz."),
        ("events.csv", b"PK\x03\x04\x14\x00", "It is an Excel workbook or a ZIP archive."),
        ("events.json", b'{\n  "id": 1,\n  "day": 2\n}\n', "It is an object over several lines."),
        ("events.jsonl", '{"id": 1, "day": 2}\n'.encode("utf-16"), "Deliver it in UTF-8."),
        ("events.parquet", b'{"id": 1, "day": 2}\n', "Let its name end in .jsonl."),
        ("events.csv", b"ann@example.com,secret\n", "the header has none of the required columns and 2 others."),
        ("events.csv.gz", b"id;day\n", "not a whole gzip file (Not a gzipped file (b'id')). Deliver it again."),
    ],
)
def test_an_error_says_what_a_file_seems_to_be(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    errors = staging.scan(str(tmp_path), ["events"], [], Options(required=["id", "day"]), tmp_path / "staged")["errors"]
    assert len(errors) == 1
    assert errors[0].startswith(f"{name}: ")
    assert said in errors[0]
    assert "secret" not in errors[0]
    assert "\n" not in errors[0]


def test_options_that_cannot_be_meant() -> None:
    with pytest.raises(DbtRuntimeError, match="ga4/events: there is no encoding 'utf-9'"):
        Options.of({"names": ["ga4/events"], "encoding": "utf-9"})
    with pytest.raises(DbtRuntimeError, match="';;' cannot separate"):
        Options.of({"names": ["ga4/events"], "delimiter": ";;"})
