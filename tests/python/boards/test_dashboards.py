"""The boards: what they show is what gold has, for every period; and they read only what the reporting models declare."""

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlglot
import yaml
from boards import declared, place_for_boards
from dbt.adapters.spark_connect import publications
from dbt.adapters.spark_connect.warehouse import Warehouse
from deliveries import FILES
from deltalake import write_deltalake
from shop import Shop, manifest
from sqlglot.optimizer.qualify import qualify
from tampering import BROKEN

from dashboards.__main__ import main
from dashboards.export import DATABASE, MANIFEST, DashboardError, export, lock, point_to_published
from dashboards.lakeview import FOLDER, PARAMETER, compiled_analyses, dashboards
from dashboards.render import BOARDS, NAMES, _noted, dct, environment, title

PERIODS = {"all days": (None, None), "a quarter": ("2025-07-01", "2025-09-30")}


# Exposures --------------------------------------------------------------------------------------------------------------


def refs(path: Path) -> set[str]:
    """The models that a board reads, those of the boards that it extends among them."""
    board = path.read_text()
    base = yaml.safe_load(board).get("extends", [])
    found = set(re.findall(r"ref\('(\w+)'\)", board))
    return found.union(*(refs(path.parent / name) for name in ([base] if isinstance(base, str) else base)))


@pytest.mark.parametrize("name", NAMES)
def test_an_exposure_names_what_its_board_reads(name: str) -> None:
    exposures = {exposure.label: exposure for exposure in manifest().exposures.values()}
    assert sorted(exposures) == sorted(["Cockpit", *(title(each) for each in NAMES)])
    behind = {parent.split(".")[-1] for parent in exposures[title(name)].depends_on.nodes}
    assert behind == refs(BOARDS / "charts" / f"{name}.yml")
    assert behind == refs(BOARDS / "charts" / "phone" / f"{name}.yml")


def scales(node: object) -> list[dict[str, object]]:
    """All colour scales of a board."""
    if isinstance(node, list):
        return [scale for each in node for scale in scales(each)]
    if not isinstance(node, dict):
        return []
    return [node] if "palette" in node else [scale for each in node.values() for scale in scales(each)]


def test_heat_colours_begin_at_nothing() -> None:
    found = [scale for path in (BOARDS / "charts").rglob("*.yml") for scale in scales(yaml.safe_load(path.read_text()))]
    assert len(found) > 5
    assert [scale for scale in found if scale.get("min") != 0] == [], (
        "chance looks like a finding on the column's own scale"
    )


def test_boards_repeat_what_they_give_a_name_to() -> None:
    for path in (BOARDS / "charts").rglob("*.yml"):
        tokens = list(yaml.scan(path.read_text()))
        anchors = {token.value for token in tokens if isinstance(token, yaml.AnchorToken)}
        assert anchors == {token.value for token in tokens if isinstance(token, yaml.AliasToken)}, path.name


# Columns ----------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def declared_only(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The boards' database with empty tables of just the columns that the reporting models declare."""
    output = place_for_boards(tmp_path_factory.mktemp("declared"))
    with duckdb.connect(str(output / DATABASE)) as connection:
        connection.execute("create schema reporting")
        for table, columns in declared().items():
            named = ", ".join(f"{name} {data_type}" for name, data_type in columns.items())
            connection.execute(f"create table reporting.{table} ({named})")
    return output


@pytest.mark.slow
def test_boards_read_only_columns_that_reporting_models_declare(declared_only: Path, tmp_path: Path) -> None:
    charts = [str(path.relative_to(BOARDS)) for path in sorted((BOARDS / "charts").glob("[!_]*.yml"))]
    assert len(charts) == len(NAMES)
    result = dct(declared_only, "validate", *charts, "--warehouse", "--json")
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr

    # And it is seen when one does not.
    database = declared_only / DATABASE
    shutil.copy(database, tmp_path / DATABASE)
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute("alter table reporting.rpt_executive_sales rename column is_anomaly to is_odd")
    shutil.copytree(declared_only / "target", tmp_path / "target")
    result = dct(tmp_path, "validate", *charts, "--warehouse", "--json")
    assert result.returncode != 0
    assert "is_anomaly" in result.stdout


# Figures ----------------------------------------------------------------------------------------------------------------


def analysis(shop: Shop, name: str, period: tuple[str | None, str | None]) -> list[dict[str, object]]:
    """The rows of a query of analyses/, for a period."""
    days = json.dumps({"start_date": period[0] or "", "end_date": period[1] or ""})
    result = shop.dbt("show", "--select", f"path:analyses/{name}.sql", "--vars", days, "--limit", "-1")
    assert result.success, result.exception
    return [dict(row.dict()) for row in result.result.results[0].agate_table.rows]


def assert_equal(shown: dict[str, object], expected: dict[str, object], *columns: str) -> None:
    """Assert that figures agree to the cent, or to the hundredth of a percent."""
    for column in columns:
        assert float(str(shown[column])) == pytest.approx(float(str(expected[column])), abs=0.0051), column


@pytest.mark.slow
@pytest.mark.parametrize(
    "period",
    [
        pytest.param(period, id=name, marks=[pytest.mark.nightly] * (name == "all days"))
        for name, period in PERIODS.items()
    ],
)
def test_boards_show_what_gold_has(shop: Shop, output: Path, tmp_path: Path, period: tuple[str, str]) -> None:
    days = [f"--var={name}={day}" for name, day in zip(("start_date", "end_date"), period, strict=True) if day]
    boards = [f"charts/{name}.yml" for name in NAMES]
    pages = str(tmp_path / "{stem}.json")
    result = dct(output, "render", *boards, "--format", "data", "--no-cache", "--no-warnings", "--output", pages, *days)
    assert result.returncode == 0, result.stdout + result.stderr
    shown = {
        name: {
            key: query["rows"] for key, query in json.loads((tmp_path / f"{name}.json").read_text())["queries"].items()
        }
        for name in NAMES
    }

    # Against gold itself, counted by hand.
    first, last = (date.fromisoformat(day) if day else None for day in period)
    sales = shop.table("gold.daily_sales")
    sales = sales[(sales.sales_date >= (first or date.min)) & (sales.sales_date <= (last or date.max))]
    executive = shown["executive_sales_overview"]["totals"][0]
    revenue, orders = sales.net_revenue.sum(), sales.order_count.sum()
    assert orders > 5
    assert Decimal(str(executive["net_revenue"])) == revenue
    assert executive["order_count"] == orders
    assert executive["average_order_value"] == pytest.approx(float(revenue / int(orders)), abs=0.0051)
    bars = shown["executive_sales_overview"]["trend"]
    assert sum(Decimal(str(bar["Net revenue"])) for bar in bars) == revenue
    names = [bar["Period"] for bar in bars]
    # The shop opens on a day that is no first of a month, and closes before the last; the quarter cuts two weeks.
    assert [name for name in names if "*" in name] == [names[0], names[-1]]
    assert [name for name in names if not re.fullmatch(r"\d+ \w{3} \d\d\*?|\d{4} (\w{3}|Q\d)\*?", name)] == []
    assert Decimal(str(shown["product_performance"]["totals"][0]["net_revenue"])) == revenue

    # Against the queries of analyses/, figure by figure.
    expected = analysis(shop, "executive_sales_overview", period)
    columns = (
        "session_count order_count gross_revenue net_revenue average_order_value session_conversion_pct anomaly_count"
    )
    assert_equal(executive, expected[0], *columns.split())
    assert sum(bar["Sessions"] for bar in bars) == expected[0]["session_count"]
    assert len(shown["executive_sales_overview"]["daily"]) == len(expected) - 1

    stages = analysis(shop, "site_wide_funnel", period)
    board = shown["site_wide_funnel"]
    assert [row["stage"] for row in board["stages"]] == [row["stage"] for row in stages]
    for row, stage in zip(board["stages"], stages, strict=True):
        assert_equal(row, stage, "event_count", "session_count", "ordered_session_count", "overall_conversion_pct")
        if stage["stage"] != "page_view":
            assert_equal(row, stage, "lost_session_count", "step_conversion_pct")
    for group in ("by_device", "by_source", "by_country"):
        assert sum(row["Purchase"] for row in board[group]) == stages[3]["ordered_session_count"]

    products = analysis(shop, "product_performance", period)
    board = shown["product_performance"]
    assert len(board["traffic"]) == len(products)
    assert_equal(board["product_rows"][0], {"Net revenue": products[0]["net_revenue"]}, "Net revenue")
    for row, product in zip(
        board["product_rows"], sorted(products, key=lambda p: (-p["net_revenue"], p["product_name"])), strict=False
    ):
        named = {
            "Views": "view_count", "Carts": "cart_count", "Units": "purchase_count", "Gross revenue": "gross_revenue",
            "Net revenue": "net_revenue", "View to cart": "view_to_cart_pct", "Cart to order": "cart_to_purchase_pct",
            "View to order": "overall_conversion_pct", "Reviews": "review_count",
        }  # fmt: skip
        assert row["Product"] == product["product_name"]
        assert_equal(row, {label: product[column] for label, column in named.items()}, *named)

    tiers = analysis(shop, "customer_tiers", period)
    board = shown["customer_360"]
    assert [row["Tier"] for row in board["tier_rows"]] == [row["customer_tier"] for row in tiers]
    for row, tier in zip(board["tier_rows"], tiers, strict=True):
        named = {
            "Customers": "customer_count", "Orders": "order_count", "Revenue": "lifetime_revenue",
            "Margin": "gross_margin", "Per order": "net_revenue_per_order", "Per customer": "revenue_per_customer",
            "Share of revenue": "revenue_share_pct",
        }  # fmt: skip
        assert_equal(row, {label: tier[column] for label, column in named.items()}, *named)
    as_of = (
        duckdb.connect(str(output / DATABASE), read_only=True).sql("select as_of_date from reporting.gate").fetchone()
    )
    for row in board["best"] + board["high_risk"]:
        assert row["Days ago"] == (as_of[0] - date.fromisoformat(row["Last seen"][:10])).days
    assert board["totals"][0]["high_risk_customer_count"] == sum(row["high_risk_customer_count"] for row in tiers)
    assert not [row for row in json.dumps(shown).split('"') if "@" in row or re.fullmatch("[0-9a-f]{64}", row)]


def test_tables_of_a_schema_in_capitals_are_found(tmp_path: Path) -> None:
    gate = {
        "schema": "Jo_candidate",
        "alias": "gate",
        "resource_type": "model",
        "fqn": ["lakehouse", "reporting", "gate"],
    }
    (tmp_path / MANIFEST).parent.mkdir(parents=True)
    (tmp_path / MANIFEST).write_text(json.dumps({"nodes": {"model.lakehouse.gate": gate}}))
    point_to_published(tmp_path / MANIFEST)
    warehouse = Warehouse(str(tmp_path / "warehouse"))
    candidate = warehouse.path("Jo_candidate", "gate")
    write_deltalake(candidate, pa.table({"last_date": [date(2025, 1, 31)]}))
    record = {"published_by": "Jo", "reason": None, "invocation_id": "1", "tables": {}, "tests": {}}
    publications.publish(warehouse, "Jo_reporting", {"gate": candidate}, record, kept=1)
    exported = export(tmp_path / "warehouse", tmp_path)
    assert exported.rows == {"Jo_reporting.gate": 1, "Jo_reporting.publications": 1}
    assert exported.last_date == date(2025, 1, 31)


# The command line -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["2025-02-30", "30.01.2025", ""])
def test_a_day_that_does_not_exist_is_refused(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    monkeypatch.setattr("dashboards.__main__._render", lambda _: 0)
    monkeypatch.setattr("sys.argv", ["dashboards", "render", "--start-date", "2024-02-29", "--end-date", day])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert f"argument --end-date: {day!r} is not a day of the form YYYY-MM-DD" in capsys.readouterr().err


def test_one_rendering_at_a_time(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", f"from pathlib import Path\nfrom dashboards.export import lock\nlock(Path({str(tmp_path)!r}))\nprint()\ninput()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=BOARDS.parent,
    )  # fmt: skip
    assert holder.stdin and holder.stdout
    holder.stdout.readline()
    with pytest.raises(DashboardError, match="Another process renders or serves the boards"):
        lock(tmp_path)
    holder.kill()
    holder.wait()
    lock(tmp_path)


def test_a_publication_without_its_tests_is_told_at_the_top_of_each_page(tmp_path: Path) -> None:
    (tmp_path / "phone").mkdir()
    pages = [tmp_path / "a.html", tmp_path / "phone" / "a.html"]
    for page in pages:
        page.write_text("<html><body class=x><h1>Sales</h1></body></html>")
    assert _noted(pages[0], None) == pages[0]
    assert "status" not in pages[0].read_text()
    _noted(pages[0], "the <b>board</b> meets")
    for page in pages:
        assert re.search(
            r"<body class=x><p role=.status.[^>]*>the &lt;b&gt;board&lt;/b&gt; meets</p><h1>", page.read_text()
        )


def test_the_environment_of_the_boards_names_no_other_target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DBT_TARGET_PATH", "/elsewhere")
    assert "DBT_TARGET_PATH" not in environment(tmp_path)


# The gate ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(("currency", "sign"), [("EUR", "€"), ("PLN", "PLN")])
def test_amounts_and_days_are_those_of_the_shop(output: Path, tmp_path: Path, currency: str, sign: str) -> None:
    place_for_boards(tmp_path)
    shutil.copy(output / DATABASE, tmp_path)
    with duckdb.connect(str(tmp_path / DATABASE)) as connection:
        connection.execute(f"update reporting.gate set currency = '{currency}', time_zone = 'America/New_York'")
        connection.execute(
            "update reporting.rpt_customer_360 set first_order_at = '2025-03-01T03:00:00Z' where order_count > 0"
        )
    result = dct(tmp_path, "render", "charts/customer_360.yml", "--no-cache", "--no-warnings", "--output", "page.html")
    assert result.returncode == 0, result.stdout + result.stderr
    page = (tmp_path / "boards" / "page.html").read_text()
    assert f"What a tier is worth ({currency})" in page
    assert f">{sign}" in page and ">$" not in page
    assert "28 Feb 2025" in page and "01 Mar 2025" not in page and "1 Mar 2025" not in page


@pytest.mark.slow
def test_when_a_test_fails_the_boards_keep_the_last_good_data_and_say_so(new_shop: object, tmp_path: Path) -> None:
    shop, output = new_shop(), place_for_boards(tmp_path / "output")
    with pytest.raises(DashboardError, match=r"Nothing was published in the warehouse .* `make build` does it"):
        export(shop.warehouse, output)

    shop.deliver(FILES)
    assert shop.dbt("build", "--exclude", "test_type:unit").success
    good = export(shop.warehouse, output)
    assert (good.newer, good.last_date) == ([], date(2025, 1, 31))
    shown = duckdb.connect(str(output / DATABASE), read_only=True).sql("from reporting.rpt_executive_sales").fetchall()

    shop.deliver({
        "sessions/more.csv": ["102,1,2025-02-03T10:00:00,mobile,organic,US"],
        "events/more.csv": ["9,102,2025-02-03T10:00:00,page_view,10,,,,,"],
    })  # fmt: skip
    tamper, _ = BROKEN["customer_360__one_row_for_each_customer"]
    shop.build("--exclude", "config.schema:candidate", "resource_type:test", "resource_type:unit_test")
    tamper(shop)
    assert not shop.dbt("build", "--exclude", "test_type:unit").success

    stale = export(shop.warehouse, output)
    assert {"gold.customer_360", "gold.daily_sales"} <= set(stale.newer)
    assert stale.last_date == date(2025, 1, 31)
    now = duckdb.connect(str(output / DATABASE), read_only=True).sql("from reporting.rpt_executive_sales").fetchall()
    assert now == shown


# Databricks -------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_databricks_dashboards_are_those_of_the_queries() -> None:
    written = {path.name.split(".")[0]: json.loads(path.read_text()) for path in FOLDER.glob("*.lvdash.json")}
    assert written == dashboards(compiled_analyses()), "`python -m dashboards databricks` writes them again"


@pytest.mark.parametrize("name", NAMES)
def test_a_databricks_dashboard_names_only_what_there_is(name: str) -> None:
    dashboard = json.loads((FOLDER / f"{name}.lvdash.json").read_text())
    columns = {}
    for dataset in dashboard["datasets"]:
        sql = "".join(dataset["queryLines"])
        assert sql.count(f":{PARAMETER}.min") == sql.count(f":{PARAMETER}.max") > 0
        assert [parameter["keyword"] for parameter in dataset["parameters"]] == [PARAMETER]
        sql = re.sub(rf":{PARAMETER}\.\w+", "date'2025-01-01'", sql)
        # Fails on a column that no table of the query declares.
        query = qualify(sqlglot.parse_one(sql, dialect="databricks"), schema=declared(), dialect="databricks")
        columns[dataset["name"]] = set(query.named_selects)
        assert {table.name for table in query.find_all(sqlglot.exp.Table)} & set(declared())

    seen = set()
    for page in dashboard["pages"]:
        assert page["pageType"] == "PAGE_TYPE_CANVAS"
        names = [item["widget"]["name"] for item in page["layout"]]
        assert len(set(names)) == len(names)
        for item in page["layout"]:
            position, widget = item["position"], item["widget"]
            assert position["x"] + position["width"] <= 6
            cells = {
                (x, y)
                for x in range(position["x"], position["x"] + position["width"])
                for y in range(position["y"], position["y"] + position["height"])
            }
            assert not cells & seen, "two widgets in one place"
            seen |= cells
            chosen = {field["name"] for query in widget["queries"] for field in query["query"].get("fields", [])}
            for query in widget["queries"]:
                for field in query["query"].get("fields", []):
                    used = set(re.findall(r"`(\w+)`", field["expression"]))
                    assert used and used <= columns[query["query"]["datasetName"]], field
            encoded = json.dumps(widget["spec"]["encodings"])
            assert set(re.findall(r'"fieldName": "([^"]+)"', encoded)) == chosen
            if widget["spec"]["widgetType"] == "filter-date-range-picker":
                assert {query["query"]["datasetName"] for query in widget["queries"]} == set(columns)
