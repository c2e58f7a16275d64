"""CSV files found in a folder and staged as Parquet."""

import csv
import gzip
import hashlib
import io
import os
import shutil
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from dbt.adapters.spark_connect.landing import csv_rows, sink, staging
from dbt.adapters.spark_connect.landing.limits import Limits
from dbt.adapters.spark_connect.landing.options import Options
from dbt_common.exceptions import DbtRuntimeError
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

Stage = Callable[..., dict[str, Any]]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Writes a file of orders and stages it; returns its columns, with its two tables under `table` and `broken`."""

    def staged(data: bytes, path: str = "orders.csv", **options: Any) -> dict[str, Any]:
        landing, stage_folder = tmp_path / "landing", tmp_path / "warehouse" / "staging"
        (landing / path).parent.mkdir(parents=True, exist_ok=True)
        (landing / path).write_bytes(data)
        limits = options.pop("limits", staging.DEFAULT_LIMITS)
        scan = staging.scan(str(landing), ["orders"], set(), Options(**options), stage_folder, limits)
        if scan["errors"]:
            raise DbtRuntimeError(scan["errors"][0])
        (file,) = scan["files"]
        key = (file["path"], file["sha256"])
        parts = staging.stage(str(landing), ["orders"], [key], Options(**options), stage_folder, limits)
        kinds: dict[str, list[dict[str, Any]]] = {"data": [], "rejects": []}
        for part in parts:
            table = pq.read_table(part["path"])
            assert set(map(str, table.schema.types)) <= {"string", "int64"}
            kinds[part["kind"]] += table.to_pylist()
        assert (len(kinds["data"]), len(kinds["rejects"])) == (file["rows"], file["rejected"])
        (landing / path).unlink()
        return {**file, "table": kinds["data"], "broken": kinds["rejects"]}

    return staged


def row(number: int, path: str = "orders.csv", **fields: str) -> dict[str, Any]:
    return {**fields, "_source_file": path, "_row_number": number}


@pytest.mark.parametrize("path", ["orders.csv", "orders.csv.gz", "orders/2024/01.csv"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("quote", [b"", b'"'])
def test_columns_are_matched_by_name_in_lower_case(
    stage: Stage, path: str, mark: bytes, end: bytes, quote: bytes
) -> None:
    data = mark + end.join([b"Order_ID, Total ", b"007," + quote + b"1.50" + quote, b"", b",x\\y", b""])
    result = stage(gzip.compress(data) if path.endswith("gz") else data, path)
    assert result["columns"] == ["order_id", "total"]
    assert result["table"] == [
        row(1, path, order_id="007", total="1.50"),
        row(2, path, order_id="", total="x\\y"),
    ]
    assert result["broken"] == []


def test_broken_lines_are_kept_beside_the_rows(stage: Stage) -> None:
    result = stage(b'a,b\n1,2\n3\n4,5,6\n\n7,"8\n\xff,9\nx,y\n')
    assert result["table"] == [row(1, a="1", b="2"), row(6, a="x", b="y")]
    assert [(line["_row_number"], line["raw_row"], line["problem"]) for line in result["broken"]] == [
        (2, "3", "1 field instead of 2"),
        (3, "4,5,6", "3 fields instead of 2"),
        (4, '7,"8', "a quote is not closed"),
        (5, "\\xff,9", "not UTF-8"),
    ]
    assert {line["_source_file"] for line in result["broken"]} == {"orders.csv"}


def test_a_lone_carriage_return_is_no_line_end(stage: Stage) -> None:
    result = stage(b'a,b\n1,2\r3,4\n"5\r6",7\n')
    assert result["table"] == [row(2, a="5\r6", b="7")]
    assert result["broken"][0]["raw_row"] == "1,2\r3,4"


def test_a_file_with_a_header_only_has_no_rows(stage: Stage) -> None:
    result = stage(b"a,b\n")
    assert (result["columns"], result["table"], result["broken"]) == (["a", "b"], [], [])


def test_the_exact_reader_is_used_for_quotes_and_broken_lines_only(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_rows, "_read_exact", None)
    assert stage(b"\xef\xbb\xbfa,b\r\n1,\\\r\n\r\n2,\xc3\xa9")["rows"] == 2
    for line in (b'1,"2"', b"1", b"1,2\r3,4", b"1,\xff"):
        with pytest.raises(TypeError):
            stage(b"a,b\n" + line + b"\n")


def test_a_file_with_one_column(stage: Stage) -> None:
    assert stage(b"a\n1\n \n\n2\n")["table"] == [row(1, a="1"), row(2, a="2")]


def test_blocks_of_a_large_file_are_put_together(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 1000)
    monkeypatch.setattr(csv_rows, "_ROWS_PER_CHUNK", 70)
    data = b"a,b\r\n" + b"".join(b"%d,x\r\n" % number for number in range(1000))
    plain = stage(data)["table"]
    assert [line["_row_number"] for line in plain] == list(range(1, 1001))
    assert [line["a"] for line in plain] == [str(number) for number in range(1000)]
    assert stage(data.replace(b"999,x", b'999,"x"'))["table"] == plain


def test_a_lone_carriage_return_is_seen_where_two_blocks_meet(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for size in range(20, 40):
        monkeypatch.setattr(csv_rows, "_BLOCK", size)
        data = b"a,b\r\n" + b"1,2\r\n" * 4 + b"5,6\r7\r\n" + b"8,9\r\n" * 4
        assert [line["raw_row"] for line in stage(data)["broken"]] == ["5,6\r7"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "orders.csv: the file is empty, it has no header."),
        (b"\xef\xbb\xbf\r\n \n", "orders.csv: the file is empty, it has no header."),
        (b"a,A\n1,2\n", "orders.csv: columns 1 and 2 have the same name."),
        (b"a,\n1,2\n", "orders.csv: column 2 of the header has no name."),
        (b"a b,a_b\n1,2\n", "orders.csv: columns 1 and 2 have the same name."),
        (b'a,"b\n1,2\n', "orders.csv: the header cannot be read: a quote is not closed."),
        (b"a,\xff\n1,2\n", "orders.csv: the header cannot be read: not UTF-8."),
    ],
)
def test_an_unusable_header_stops_the_file(stage: Stage, data: bytes, message: str) -> None:
    with pytest.raises(DbtRuntimeError) as error:
        stage(data, columns=["a", "a_b"])
    assert error.value.msg == message


def test_columns_of_an_unusual_header(stage: Stage) -> None:
    assert stage(b"_id,x,x,__x,a\n1,2,3,4,5\n", columns=["a"])["table"] == [
        row(1, id="1", x="2", x_2="3", x_3="4", a="5")
    ]


def test_an_underscore_stands_for_what_no_column_name_has(stage: Stage) -> None:
    staged = stage(b'Order ID,"price, (usd)",b`c,it\'s\\\n1,2,3,4\n')
    assert staged["columns"] == ["order_id", "price_usd_", "b_c", "it's\\"]
    assert staged["rows"] == 1


def test_a_truncated_gzip_file_is_an_error_that_names_it(stage: Stage) -> None:
    whole = gzip.compress(b"a,b\n" + os.urandom(20_000).hex().encode() + b",2\n" * 2)
    with pytest.raises(DbtRuntimeError, match=r"orders\.csv\.gz: not a whole gzip file"):
        stage(whole[:-10_000], "orders.csv.gz")
    with pytest.raises(DbtRuntimeError, match=r"orders\.csv\.gz: not a whole gzip file"):
        stage(b"a,b\n1,2\n", "orders.csv.gz")


def scan(tmp_path: Path, name: str = "orders", known: Any = (), limits: Any = None, **options: Any) -> dict[str, Any]:
    """Scan the folder for files of a name."""
    folder = tmp_path / "warehouse" / "staging"
    return staging.scan(str(tmp_path), [name], known, Options(**options), folder, limits or Limits())


def restage(tmp_path: Path, *files: tuple[str, str]) -> list[dict[str, Any]]:
    """The rows of files, as they are staged for the engine."""
    folder = tmp_path / "warehouse" / "staging"
    parts = staging.stage(str(tmp_path), ["orders"], list(files), Options(), folder)
    return [line for part in parts if part["kind"] == "data" for line in pq.read_table(part["path"]).to_pylist()]


def test_a_file_that_is_gone_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(DbtRuntimeError, match=r"orders\.csv: No such file or directory"):
        restage(tmp_path, ("orders.csv", "0" * 64))


def test_a_file_that_has_changed_since_it_was_found_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_bytes(b"a\n1\n2\n")
    with pytest.raises(DbtRuntimeError, match=r"orders\.csv: changed while it was read"):
        restage(tmp_path, ("orders.csv", hashlib.sha256(b"a\n1\n").hexdigest()))


def test_a_file_that_grows_while_it_is_staged_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, read_records = tmp_path / "orders.csv", csv_rows.read_records

    def appending(*arguments: Any) -> Any:
        with source.open("ab") as file:
            file.write(b"2\n")
        return read_records(*arguments)

    source.write_bytes(b"a\n1\n")
    monkeypatch.setattr(csv_rows, "read_records", appending)
    assert scan(tmp_path)["errors"] == ["orders.csv: changed while it was read. Run again when it is complete."]
    monkeypatch.setattr(csv_rows, "read_records", read_records)
    assert scan(tmp_path)["files"][0]["rows"] > 1


def test_a_staged_file_is_not_read_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first = stage(b"a\n1\n")
    monkeypatch.setattr(staging, "_READERS", {})
    assert stage(b"a\n1\n") == first


def test_a_clear_that_is_killed_leaves_nothing_that_counts(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(b"a\n1\n")
    monkeypatch.setattr(staging.shutil, "rmtree", lambda *_, **__: None)
    staging.clear(tmp_path / "warehouse" / "staging")
    Path(*(tmp_path / "warehouse" / "staging").rglob("*.parquet")).unlink()
    assert stage(b"a\n1\n")["table"] == [row(1, a="1")]


def test_small_files_share_a_parquet_file_and_large_ones_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "orders").mkdir()
    for number in range(20):
        (tmp_path / "orders" / f"{number:02}.csv").write_bytes(b"a,b%d\n1,2\n" % (number % 2))
    (tmp_path / "orders" / "broken.csv.gz").write_bytes(gzip.compress(b"a,b\n" * 1000)[:-9])
    (tmp_path / "orders" / "large.csv").write_bytes(b"a,b0\n" + b"1,2\n" * 1000)
    monkeypatch.setattr(sink, "SMALL", 20_000)
    found = scan(tmp_path)
    assert found["errors"] and "broken.csv.gz: not a whole gzip file" in found["errors"][0]
    files = [(file["path"], file["sha256"]) for file in found["files"]]
    assert len(files) == 21
    assert len(list((tmp_path / "warehouse" / "staging").rglob("*.data.parquet"))) == 1
    rows = restage(tmp_path, *files)
    assert len(rows) == 1020
    odd = next(line for line in rows if line["_source_file"] == "orders/01.csv")
    assert odd == {"a": "1", "b0": None, "b1": "2", "_source_file": "orders/01.csv", "_row_number": 1}
    # Rows of files that are not asked for never come along.
    assert {line["_source_file"] for line in restage(tmp_path, *files[3:5])} == {files[3][0], files[4][0]}


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has only names in UTF-8")
def test_a_file_name_that_is_not_utf_8_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / os.fsdecode(b"caf\xe9.csv")).write_bytes(b"a\n1\n")
    assert scan(tmp_path) == {
        "files": [],
        "errors": [r"'orders/caf\udce9.csv': the file's name is not in UTF-8. Rename it."],
    }


def test_scan_stages_what_is_new_and_says_what_is_wrong_with_the_rest(tmp_path: Path) -> None:
    landing = tmp_path / "orders"
    landing.mkdir(parents=True)
    (landing / "1.csv").write_bytes(b"id,day\n1,x\n")
    (landing / "2.csv").write_bytes(b"id,total\n2,y\n")
    (landing / "3.csv").write_bytes(b"")
    (landing / "4.csv").write_bytes(b"total\ny\n")

    first = scan(tmp_path, required=["id", "day"], without={"day": "See the manual."})
    assert [(file["path"], file["rows"]) for file in first["files"]] == [("orders/1.csv", 1)]
    assert first["errors"] == [
        "orders/2.csv: the required column day is missing; the header has id and 1 other. See the manual.",
        "orders/3.csv: the file is empty, it has no header.",
        "orders/4.csv: the required columns id, day are missing; the header has none of the required columns and 1 other.",
    ]
    known = {("orders/1.csv", first["files"][0]["sha256"])}
    assert "orders/1.csv" not in [file["path"] for file in scan(tmp_path, known=known)["files"]]


FIELDS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('",\n\r\\ é'), max_size=6)


@given(
    st.integers(1, 3).flatmap(lambda width: st.lists(st.lists(FIELDS, min_size=width, max_size=width), max_size=6)),
    # With a plain line feed the module leaves a carriage return at the end of a line without quotes.
    st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
)
@example([["a", "b"], ["1", "2\x0b"]], ("\r\n", csv.QUOTE_MINIMAL))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_rows_of_the_csv_module_come_back(stage: Stage, rows: list[list[str]], form: tuple[str, int]) -> None:
    header = [f"c{number}" for number in range(len(rows[0]) if rows else 2)]
    text = io.StringIO()
    csv.writer(text, lineterminator=form[0], quoting=form[1]).writerows([header, *rows])
    # White space in the only column, without quotes, is a blank line.
    blank = [line for line in rows if len(line) == 1 and line[0] and not line[0].encode().strip(b" \t\x0b\x0c")]
    expected = [line for line in rows if form[1] == csv.QUOTE_ALL or line not in blank]
    assert [[line[name] for name in header] for line in stage(text.getvalue().encode())["table"]] == expected


LINES = st.lists(
    st.sampled_from([b"1,2", b"a,\xc3\xa9", b",", b"", b" ", b"\r", b"\\", b"x", b"\x00,", b"\xff,1", b"1,2,3"])
)


@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.sampled_from([b"", b"\xef\xbb\xbf", b"\n", b" \n"]))
@example([b"1,2", b"3,4\r"], b"\n", b"")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_fast_reader_and_the_exact_one_make_the_same_tables(
    stage: Stage, tmp_path: Path, lines: list[bytes], end: bytes, start: bytes
) -> None:
    data = start + b"a,B" + end + end.join(lines)
    staged = stage(data)
    monkeypatch = pytest.MonkeyPatch()
    with monkeypatch.context() as patch:
        patch.setattr(csv_rows, "_read_plain", lambda *_: False)
        shutil.rmtree(tmp_path / "warehouse")
        exact = stage(data)
    assert staged == exact


def test_a_header_that_is_missing_tells_nothing_of_a_person(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_bytes(b"17,Ann Lee,ann@example.com\n18,Bob,bob@example.com\n")
    assert scan(tmp_path, "customers", required=["customer_id"]) == {
        "files": [],
        "errors": [
            "customers.csv: the required column customer_id is missing; "
            "the header has none of the required columns and 3 others."
        ],
    }


@pytest.mark.parametrize(
    ("data", "limits", "reason"),
    [
        (b"a,b\n1,2\n", Limits(file_bytes=7), "it has more than 7 bytes when it is decompressed"),
        (b'a,b\n"1",2\n', Limits(file_bytes=7), "it has more than 7 bytes when it is decompressed"),
        (b"a,b\n1,2345678\n", Limits(line_bytes=8), "a line has more than 8 bytes"),
        (b'a,b\n"1",234\n', Limits(line_bytes=7), "a line has more than 7 bytes"),
        (b"a,b,cdefgh\n1,2,3\n", Limits(line_bytes=7), "a line has more than 7 bytes"),
        (b"a,b\n1,2\n", Limits(seconds=-1), "reading it takes more than -1 seconds"),
    ],
)
@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz"])
def test_a_file_above_a_limit_is_refused(tmp_path: Path, name: str, data: bytes, limits: Limits, reason: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    (tmp_path / "orders").mkdir()
    assert scan(tmp_path, limits=limits) == {
        "files": [],
        "errors": [f"{name}: {reason}, which is the limit for a file. It was not loaded."],
    }


def test_a_line_of_many_gigabytes_is_never_read_whole(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "orders.csv.gz", "wb") as file:
        for _ in range(200):
            file.write(b"0" * (1 << 20))
    tracemalloc.start()
    found = scan(tmp_path, limits=Limits(line_bytes=1 << 20))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "a line has more than 1,048,576 bytes" in found["errors"][0]
    assert peak < 50 << 20
