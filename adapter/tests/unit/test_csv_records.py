"""The exact reader of CSV files: what is a record, what breaks one, and that nothing is lost."""

import csv
import io

import pytest
from dbt.adapters.spark_connect.landing.csv_records import Record, read_records
from hypothesis import example, given
from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('",\n\r\\ é'), max_size=8)


def read(data: bytes) -> list[Record]:
    return list(read_records(io.BytesIO(data)))


def fields(data: bytes) -> list[list[str] | None]:
    return [record.fields for record in read(data)]


def broken(data: bytes) -> list[tuple[str, str | None]]:
    return [(record.raw, record.problem) for record in read(data) if record.fields is None]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        (b"a,b\n1,2", [["a", "b"], ["1", "2"]]),
        (b"a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        (b"\xef\xbb\xbfa,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        (b'\xef\xbb\xbf"a",b\n1,2\n', [["a", "b"], ["1", "2"]]),
        (b"\n \r\na,b\n\n\t\n1,2\n\n", [["a", "b"], ["1", "2"]]),
        (b'a,b\n"1,5","say ""hi"""\n', [["a", "b"], ["1,5", 'say "hi"']]),
        (b'a,b\n"1\n2","3\r\n4"\n', [["a", "b"], ["1\n2", "3\r\n4"]]),
        (b'a,b\n"1\r2",3\n', [["a", "b"], ["1\r2", "3"]]),
        (b'a,b\n"",\n', [["a", "b"], ["", ""]]),
        (b'a,b\n1,5" wide\n', [["a", "b"], ["1", '5" wide']]),
        (b'a,b\nC:\\n,"\\"\n', [["a", "b"], ["C:\\n", "\\"]]),
        (b"a,b\n 1 ,\xc3\xa9\n", [["a", "b"], [" 1 ", "é"]]),
        (b"", []),
        (b"\xef\xbb\xbf", []),
        (b"\xef\xbb\xbf\n", []),
        (b"\n\n", []),
    ],
)
def test_records(data: bytes, expected: list[list[str]]) -> None:
    assert fields(data) == expected


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"1,\xff", "not UTF-8"),
        (b'"1\xff",2', "not UTF-8"),
        (b'1,"2', "a quote is not closed"),
        (b'"1" ,2', "text after a closing quote"),
        (b'"1"",2', "a quote is not closed"),
        (b"1\r,2", "new-line character seen in unquoted field"),
    ],
)
def test_a_broken_line_is_kept_whole_and_the_next_ones_are_read(line: bytes, problem: str) -> None:
    records = read(b"a,b\n" + line + b"\n3,4\n5,6\n")
    assert [record.fields for record in records] == [["a", "b"], None, ["3", "4"], ["5", "6"]]
    assert records[1].raw == line.decode(errors="backslashreplace")
    assert str(records[1].problem).startswith(problem)


def test_an_unclosed_quote_loses_only_its_line_though_a_later_line_has_another_quote() -> None:
    data = b'a,b\n1,"2\n3,4\n5,"6\n7,8\n'
    assert [raw for raw, _ in broken(data)] == ['1,"2', '5,"6']
    assert fields(data)[1:] == [None, ["3", "4"], None, ["7", "8"]]


def test_a_quote_that_a_later_line_closes_does_not_swallow_the_lines_between() -> None:
    data = b'a,b\n1,"2\n3,4\n5,6\n7",8\n'
    assert fields(data)[1:] == [None, ["3", "4"], ["5", "6"], ['7"', "8"]]


def test_the_raw_text_of_a_record_has_all_its_lines() -> None:
    assert read(b'a,b\r\n"1\r\n2",3\r\n')[1].raw == '"1\r\n2",3'


def test_a_quoted_field_of_more_than_the_parsers_limit_is_a_broken_line() -> None:
    long = b"x" * (csv.field_size_limit() + 1)
    assert broken(b'a\n"' + long + b'"\n')[0][1] == "a quote is not closed, or a field is too long"
    assert fields(b"a\n" + long + b"\n")[1] == [long.decode()]


@given(
    st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(TEXT, min_size=width, max_size=width), min_size=1)),
    # With a plain line feed the module leaves a carriage return at the end of a line without quotes.
    st.sampled_from([("\n", csv.QUOTE_ALL), ("\r\n", csv.QUOTE_MINIMAL)]),
    st.sampled_from(["", "\ufeff"]),
)
@example([["a\n", "\r"], ['"', ""]], ("\r\n", csv.QUOTE_MINIMAL), "")
def test_records_of_the_csv_module_come_back(rows: list[list[str]], form: tuple[str, int], mark: str) -> None:
    rows = [["id", *(f"c{n}" for n in range(1, len(rows[0])))], *rows]
    text = io.StringIO()
    csv.writer(text, lineterminator=form[0], quoting=form[1]).writerows(rows)
    assert fields((mark + text.getvalue()).encode()) == rows


PIECES = st.sampled_from([b'"', b",", b"\n", b"\r", b"a", b"\xff", b" "])


@given(st.binary(max_size=60) | st.lists(PIECES).map(b"".join))
@example(b'"\n"\n"')
@example(b'a,b\n"\n\xff",')
def test_no_line_is_lost_whatever_the_bytes_are(data: bytes) -> None:
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    kept = "\n".join(record.raw for record in read(data)).split("\n")
    for line in lines:
        assert line.decode(errors="backslashreplace").rstrip("\r") in [text.rstrip("\r") for text in kept]
