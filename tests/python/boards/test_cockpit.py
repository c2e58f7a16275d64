"""The cockpit's data, and that no text of it becomes markup."""

import base64
import gzip
import json
import re
from pathlib import Path

import numpy as np
import pytest
import yaml
from boards import place_for_boards
from hypothesis import given
from hypothesis import strategies as st
from reporting import day, gate, line, reporting_tables, session
from shop import manifest

from dashboards.cockpit.columns import Packed, pack, pack_texts
from dashboards.cockpit.page import html
from dashboards.cockpit.tables import TABLES, read
from dashboards.export import PROJECT, cockpit_rows
from dashboards.render import _placed

TYPES = {"Uint8Array": np.uint8, "Uint16Array": np.uint16, "Int32Array": np.int32, "Float64Array": np.float64}


def unpacked(packed: Packed) -> dict[str, list[float]]:
    """The columns, as page/data.js reads them."""
    content, start, columns = gzip.decompress(base64.b64decode(packed.text)), 0, {}
    for name, kind, length in packed.columns:
        width = np.dtype(TYPES[kind]).itemsize
        planes = np.frombuffer(content, np.uint8, length * width, start).reshape(width, length)
        columns[name] = np.ascontiguousarray(planes.T).reshape(-1).view(TYPES[kind]).tolist()
        start += length * width
    assert start == len(content)
    return columns


@given(st.lists(st.integers(-(2**53), 2**53), max_size=50), st.lists(st.integers(0, 255), max_size=50))
def test_columns_come_back(numbers: list[int], small: list[int]) -> None:
    packed = pack({"numbers": np.array(numbers, dtype=np.int64), "small": np.array(small, dtype=np.int64)})
    assert unpacked(packed) == {"numbers": numbers, "small": small}
    assert packed.columns[1][1] == "Uint8Array"


def test_a_fraction_is_refused() -> None:
    with pytest.raises(ValueError, match="the column cents has values that are no whole numbers"):
        pack({"cents": np.array([0.5])})


@pytest.mark.parametrize("ids", [["3", "1", "999999999"], ["1", "01"], ["7f-a", "12"], ["1234567890"], []])
def test_identifiers_come_back(ids: list[str]) -> None:
    packed = pack_texts(ids)
    if packed.columns[0][0] == "texts":
        assert gzip.decompress(base64.b64decode(packed.text)).decode().split("\n") == ids
        assert ids != ["3", "1", "999999999"], "numbers are packed as numbers"
    else:
        zigzag = np.array(unpacked(packed)["numbers"], dtype=np.int64)
        assert [str(number) for number in np.cumsum((zigzag >> 1) ^ -(zigzag & 1))] == ids


def test_an_exposure_names_what_the_cockpit_reads() -> None:
    exposure = manifest().exposures["exposure.lakehouse.cockpit"]
    assert sorted(parent.split(".")[-1] for parent in exposure.depends_on.nodes) == sorted(TABLES)


def test_the_variable_says_how_many_rows_the_page_has(tmp_path: Path) -> None:
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())
    assert cockpit_rows(place_for_boards(tmp_path)) == project["vars"]["cockpit_rows"]


def test_texts_of_the_data_are_no_markup(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script>{{ figures }}"
    database = reporting_tables(
        tmp_path / "boards.duckdb",
        gate=[gate("2025-01-01", "2025-01-01")],
        rpt_order_lines=[line("1", "2025-01-01", product_name=hostile)],
        rpt_sessions=[session("1", "2025-01-01", source=hostile)],
        rpt_executive_sales=[day("2025-01-01")],
    )
    page = html(read(database), {"a.html": hostile}, hostile)
    assert "alert(1)" in page
    assert "<script>alert" not in page
    header = re.search(r'<script type="application/json" id="header">(.*?)</script>', page)
    assert header and json.loads(header[1])["products"]["name"] == [hostile]


def test_a_shop_without_any_row_has_a_page(tmp_path: Path) -> None:
    data = read(reporting_tables(tmp_path / "boards.duckdb", gate=[gate(None, None)]))
    assert data.header["days"] == 0
    assert set(map(len, unpacked(data.figures).values())) == {0}


def test_each_board_leads_back_to_the_cockpit(tmp_path: Path) -> None:
    (tmp_path / "charts" / "phone").mkdir(parents=True)
    for folder in ("charts", "charts/phone"):
        (tmp_path / folder / "sales.html").write_text("<html><head></head><body><h1>Sales</h1></body></html>")
    page = _placed(tmp_path, "sales")
    assert '<a href="index.html">Cockpit</a>' in page.read_text()
    assert '<a href="../index.html">Cockpit</a>' in (tmp_path / "phone" / "sales.html").read_text()
