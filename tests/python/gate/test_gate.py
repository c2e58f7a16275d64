"""The gate: when a test of silver or gold fails, no reporting table changes, and the failing rows can be looked at."""

from pathlib import Path

import pytest
from deliveries import FILES
from shop import Shop, assert_same, manifest
from tampering import BROKEN

REPORTING = {
    "gate",
    "rpt_product_performance",
    "rpt_executive_sales",
    "rpt_site_funnel",
    "rpt_excluded_sessions",
    "rpt_customer_360",
    "rpt_customer_cohorts",
    "rpt_sessions",
    "rpt_order_lines",
}


def tables_of(schema: str) -> set[str]:
    """The models of a schema that are tables."""
    return {
        node.name
        for node in manifest().nodes.values()
        if node.resource_type == "model"
        and node.config.schema == schema
        and node.config.materialized not in ("view", "ephemeral")
    }


def behind(table: str) -> set[str]:
    """The identifiers of all that a model depends on, however indirectly, and of the model itself."""
    waiting, found = [f"model.lakehouse.{table}"], set()
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(manifest().parent_map[node])
    return found


def test_every_test_stands_before_the_gate() -> None:
    """dbt builds a model after a test if the model depends on everything that the test reads."""
    checked = behind("gate") - {"model.lakehouse.gate"}
    reporting = {f"model.lakehouse.{name}" for name in tables_of("candidate")}
    tests = [node for node in manifest().nodes.values() if node.resource_type == "test"]
    assert len(tests) > 100
    late = {
        test.name: set(test.depends_on.nodes) - checked
        for test in tests
        if not set(test.depends_on.nodes) <= checked and not set(test.depends_on.nodes) & reporting
    }
    assert late == {}, "these tests read what models/reporting/gate.sql does not depend on"


def test_no_table_of_silver_and_gold_gets_past_the_gate() -> None:
    assert {
        name for name in tables_of("silver") | tables_of("gold") if f"model.lakehouse.{name}" not in behind("gate")
    } == set()
    assert tables_of("candidate") == REPORTING
    for name in REPORTING:
        assert "model.lakehouse.gate" in behind(name), name


def test_no_table_of_gold_and_reporting_is_left_out_of_the_search_for_emails() -> None:
    for schema, layer in (("gold", "gold"), ("candidate", "reporting")):
        searched = manifest().nodes[f"test.lakehouse.no_email_in_{layer}"].depends_on.nodes
        assert {parent.split(".")[-1] for parent in searched} == tables_of(schema)


def test_every_column_of_gold_and_reporting_is_described_and_under_contract() -> None:
    nodes = [manifest().nodes[f"model.lakehouse.{name}"] for name in tables_of("gold") | tables_of("candidate")]
    assert len(nodes) >= 13
    for node in nodes:
        assert node.config.contract.enforced, node.name
        assert node.description, node.name
        columns = node.columns.values()
        assert [column.name for column in columns if not column.description or not column.data_type] == [], node.name


def test_every_rate_of_gold_and_reporting_is_tested_to_be_a_percentage() -> None:
    tables = {f"model.lakehouse.{name}" for name in tables_of("gold") | tables_of("candidate")}
    rates = {
        (table, column) for table in tables for column in manifest().nodes[table].columns if column.endswith("_pct")
    }
    tested = {
        (node.attached_node, column)
        for node in manifest().nodes.values()
        if node.resource_type == "test" and getattr(node, "test_metadata", None)
        if node.test_metadata.name == "accepted_range" and node.config.severity.lower() == "error"
        if (node.test_metadata.kwargs["min_value"], node.test_metadata.kwargs["max_value"]) == (0, 100)
        for column in node.test_metadata.kwargs["columns"]
    }
    assert len(rates) >= 8
    assert rates - tested == set()


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A shop whose tests all pass."""
    shop = Shop(tmp_path_factory.mktemp("good"))
    shop.deliver(FILES)
    result = shop.dbt("build")
    assert result.success, [r.message for r in result.result if str(r.status) in ("error", "fail")]
    return shop


@pytest.mark.slow
@pytest.mark.parametrize(
    "test",
    [
        pytest.param(test, marks=[pytest.mark.nightly] * (test != "product_funnel__rates_from_0_to_100"))
        for test in BROKEN
    ],
)
def test_a_failing_test_keeps_the_reporting_tables_as_they_are(
    good: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str], test: str
) -> None:
    shop = good.copy(tmp_path / "shop")
    tamper, shown = BROKEN[test]
    tamper(shop)
    # News for the dashboards that must wait, too:
    shop.deliver({"reviews/more.csv": ["901,500,11,4,Nice,2025-02-03T00:00:00"]})
    before = shop.versions()
    capsys.readouterr()

    result = shop.dbt("build", "--exclude", "test_type:unit")

    # No exception: that is exit code 1, for nodes that failed.
    assert (result.success, result.exception) == (False, None)
    status = {r.node.name: str(r.status) for r in result.result}
    assert status[test] == "fail"
    assert {name for name, each in status.items() if each == "skipped"} >= REPORTING
    assert f"in test {test} (models/marts/" in capsys.readouterr().out

    after = shop.versions()
    assert after["gold.product_ratings"] > before["gold.product_ratings"]
    for layer in ("candidate", "reporting"):
        assert_same(good.tables(layer), shop.tables(layer))

    assert shop.dbt("show", "--select", test).success
    assert shown in capsys.readouterr().out


@pytest.mark.slow
def test_a_warning_closes_no_gate(good: Shop, tmp_path: Path) -> None:
    shop = good.copy(tmp_path / "shop")
    # A purchase without an order:
    shop.deliver({"events/more.csv": ["6,101,2025-01-31T23:56:00,purchase,,,,card,0,1.00"]})
    result = shop.dbt("build", "--exclude", "test_type:unit")
    assert result.success
    assert {r.node.name for r in result.result if str(r.status) == "warn"} >= {"purchases_agree_with_orders"}
    assert shop.table("reporting.rpt_executive_sales")["purchasing_session_count"].sum() == 2


@pytest.mark.slow
def test_an_address_in_a_field_that_should_have_none_is_masked_and_closes_no_gate(good: Shop, tmp_path: Path) -> None:
    shop = good.copy(tmp_path / "shop")
    sources = [
        "a@b.co",
        "\u0431\u043e\u0431@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
        "jo\uff20example.com",
        "mail to jo.x+y@mail.example.com now",
        "4@5.6 %",
    ]
    sessions = [f"{900 + n},1,2025-02-01T10:00:00,mobile,{source},US" for n, source in enumerate(sources)]
    events = [f"{900 + n},{900 + n},2025-02-01T10:00:00,page_view,10,,,,," for n in range(len(sources))]
    shop.deliver({"sessions/more.csv": sessions, "events/more.csv": events})
    result = shop.dbt("build", "--exclude", "test_type:unit")
    assert result.success
    assert {r.node.name for r in result.result if str(r.status) == "warn"} >= {"masked_emails_in_silver"}
    seen = shop.table("gold.session_metrics").set_index("session_id")["source"]
    assert [seen[str(900 + n)] for n in range(len(sources))] == [
        "[email]", "[email]", "[email]", "mail to [email] now", "4@5.6 %",
    ]  # fmt: skip
    assert set(shop.table("bronze.stg_sessions")["source"]) >= set(sources), "bronze is as delivered"
    assert "[email]" in set(shop.table("reporting.rpt_site_funnel")["source"])


@pytest.mark.nightly
def test_net_revenue_above_gross_is_an_error(good: Shop, tmp_path: Path) -> None:
    shop = good.copy(tmp_path / "shop")
    # One of the two lines goes to the quarantine: the order was paid with more than what is left of it comes to.
    shop.deliver(
        {
            "orders/odd.csv": ["700,1,2025-03-01T10:00:00,card,0,40.00,40.00,US,mobile,organic"],
            "order_items/odd.csv": ["700,10,20.00,1,20.00", "700,,20.00,1,20.00"],
        }
    )
    shop.build()
    result = shop.dbt("test", "--select", "net_is_at_most_gross")
    assert {r.node.name: str(r.status) for r in result.result}["net_is_at_most_gross"] == "fail"


@pytest.mark.nightly
def test_deliveries_that_go_to_the_quarantine_close_the_gate(
    good: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A few rows are a warning, a tenth of a larger delivery is an error, and so is an entity of which nothing is left."""
    tests = ("most_rows_are_in_silver", "few_rows_are_in_quarantine")

    def verdicts(shop: Shop) -> list[str]:
        shop.build("config.schema:gold", "config.schema:candidate")
        result = shop.dbt("test", "--select", *tests)
        found = {r.node.name: str(r.status) for r in result.result}
        return [found[name] for name in tests]

    def reviews(start: int, count: int, bad: int) -> list[str]:
        days = ["2025-02-02" if n >= bad else "2. Feb." for n in range(count)]
        return [f"{start + n},500,10,5,Fine,{day}" for n, day in enumerate(days)]

    shop = good.copy(tmp_path / "shop")
    assert verdicts(shop) == ["pass", "pass"]
    shop.deliver({"reviews/1.csv": reviews(1000, 3, 1)})
    assert verdicts(shop) == ["pass", "warn"]
    shop.deliver({"reviews/2.csv": reviews(2000, 2000, 9)})
    assert verdicts(shop) == ["pass", "pass"]
    # Less than a tenth of all, but not of the day.
    shop.deliver({"reviews/3.csv": reviews(5000, 100, 10)})
    assert verdicts(shop) == ["fail", "warn"]
    assert not shop.dbt("--no-quiet", "test", "--select", tests[0]).success
    said = capsys.readouterr().out
    assert (
        "\n  reviews: 10 of 100 rows (10.00 %), last batch. Most frequent: invalid_timestamp, such as '2. Feb.'.\n"
        in said
    )
    assert "\n    dbt show --limit 20 --inline \"select * from silver.quarantine where entity = 'reviews'\"\n" in said
    shop.deliver({"reviews/4.csv": reviews(6000, 100, 0)})
    assert verdicts(shop) == ["pass", "pass"]

    other = good.copy(tmp_path / "other")
    other.deliver({"products.csv": ["#10,Books,Atlas,20.00,12.00,8.00"]})
    assert verdicts(other) == ["pass", "warn"], "the product of before is still there"
    empty = Shop(tmp_path / "empty")
    empty.deliver(FILES | {"products.csv": ["#10,Books,Atlas,20.00,12.00,8.00"]})
    assert verdicts(empty) == ["fail", "warn"]
