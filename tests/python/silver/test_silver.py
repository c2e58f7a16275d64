"""What silver makes of what is delivered: dirty rows, deliveries over several runs, and the replay of the quarantine."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake
from shop import HEADERS, PROJECT, Shop, assert_same

pytestmark = pytest.mark.slow

ENTITIES = ("customers", "products", "sessions", "events", "orders", "order_items", "reviews")
SILVER = ("--select", "path:seeds", "path:models/staging", "path:models/intermediate")
RUN = ("build", "--exclude-resource-types", "test", "unit_test", *SILVER)
WITH_TESTS = ("build", "--indirect-selection", "cautious", "--exclude-resource-types", "unit_test", *SILVER)

CLEAN: dict[str, list[str]] = {
    "customers.csv": ["1,Ann,ann@example.com,US,30,2024-01-05,True"],
    "products.csv": ["10,Books,Atlas,20.00,12.00,8.00", "11,Books,Novel,2.50,1.00,1.50"],
    "sessions.csv": ["100,1,2025-01-31T10:00:00,mobile,organic,US"],
    "events.csv": ["1,100,2025-01-31T10:01:00,page_view,10,,,,,"],
    "orders.csv": ["500,1,2025-01-31T10:06:00,card,0,7.50,7.50,US,mobile,organic"],
    "order_items.csv": ["500,11,2.50,1,2.50", "500,11,2.50,1,2.50", "500,11,2.50,1,2.50"],
    "reviews.csv": ["900,500,11,5,Fine,2025-02-02T00:00:00"],
}


def build(shop: Shop, command: tuple[str, ...] = WITH_TESTS, *arguments: str) -> None:
    """Build bronze and silver, with their tests where the command has them, of which none may fail."""
    result = shop.dbt(*command, *arguments)
    bad = [
        f"{r.node.name}: {r.message}" for r in result.result or [] if str(r.status) not in ("success", "pass", "warn")
    ]
    assert result.success, bad or result.exception


def quarantine(shop: Shop) -> dict[tuple[str, int], tuple[str, str | None]]:
    """Rule and value of the rows in quarantine, by file and row number."""
    rows = shop.table("silver.quarantine").to_dict("records")
    return {(row["_source_file"], row["_row_number"]): (row["rule"], row["value"]) for row in rows}


def test_dirt_is_judged_as_it_was_made(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    command = [sys.executable, "-m", "data_generator", "generate", "--output", str(shop.landing)]
    command += ["--scale", "0.02", "--dirty-rate", "0.06", "--late-rate", "0.05", "--layout", "daily"]
    command += ["--start", "2025-01-20", "--end", "2025-02-05"]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    made = json.loads((shop.landing / "manifest.json").read_text())
    build(shop)

    found = Counter(shop.table("silver.quarantine")[["entity", "rule"]].itertuples(index=False, name=None))
    assert found == {
        (entity, rule): count
        for entity in ENTITIES
        for rule, count in made["entities"][entity]["quarantined_rows"].items()
        if count
    }
    for entity in ENTITIES:
        assert len(shop.table(f"silver.int_{entity}")) == made["entities"][entity]["good_rows"], entity
    orders, lines = shop.table("silver.int_orders"), shop.table("silver.int_order_lines")
    truth = made["truth"]
    assert sum(orders["total_usd"]) == sum(lines["net_revenue"]) == Decimal(truth["net_revenue_usd"])
    assert sum(lines["gross_revenue"]) == Decimal(truth["gross_revenue_usd"])
    assert sum(lines["quantity"]) == truth["units"]
    assert Counter(shop.table("silver.int_events")["event_type"]) == truth["events"]


def test_mistakes_in_an_entity_or_a_rule_are_named(new_shop: Callable[[], Shop], own_project: Path) -> None:
    shop = new_shop()
    shop.deliver({path: rows for path, rows in CLEAN.items() if not path.startswith("reviews")})
    sources = own_project / "models" / "staging" / "_staging__sources.yml"
    declared = sources.read_text()
    assert "      - name: reviews\n" in declared
    sources.write_text(
        declared.replace("      - name: reviews\n", "      - name: reviews\n        config: {meta: {optional: true}}\n")
    )
    assert shop.dbt("run", "--select", "+int_reviews").success
    assert len(shop.table("silver.int_reviews")) == 0

    checked = own_project / "models" / "intermediate" / "int_reviews_checked.sql"
    fields = checked.read_text()
    checked.write_text(fields.replace("    ['rating',", "    ['helpful', 'helpful', 'boolean'],\n    ['rating',"))
    rules = own_project / "macros" / "silver" / "rules.sql"
    rules.write_text(rules.read_text().replace("'invalid_boolean',", ""))
    said = {
        r.node.name: r.message
        for r in shop.dbt("run", "--select", "int_reviews_checked", "int_customers_checked").result
    }
    assert (
        "int_reviews_checked reads the column helpful, which models/staging/_staging__sources.yml"
        in said["int_reviews_checked"]
    )
    assert (
        "The rule invalid_boolean of the kind boolean is not in macros/silver/rules.sql."
        in said["int_customers_checked"]
    )


@pytest.mark.nightly
def test_replay_of_the_quarantine(new_shop: Callable[[], Shop], own_project: Path) -> None:
    shop = new_shop()
    shop.deliver(CLEAN)
    shop.deliver(
        {
            "events/1.csv": [
                "2,100,2025-01-31T10:02:00,scroll,10,,,,,",
                "3,100,2025-02-28T10:03:00,Scroll,10,,,,,",
                "4,100,2025-01-31T10:04:00,wishlist,10,,,,,",
                "5,100,2025-01-31T10:05:00,scroll,10,,,,,",
                "5,100,2025-01-31T10:05:01,page_view,10,,,,,",
            ],
            # The first line takes the number of the second, once it is valid.
            "order_items/1.csv": ["500,10,$4.00,1,4.01", "500,10,4.00,1,4.00", "500,10,$4.00,x,4.00"],
            "products/1.csv": ["11,Books,Old Novel,$9.00,1.00,1.50", "12,Books,Poems,$9.00,1.00,1.50"],
            "products/2.csv": ["11,Books,New Novel,3.00,1.00,2.00"],
            "customers/1.csv": [HEADERS["customers"].count(",") * ","],
        }
    )
    build(shop, RUN)
    before = quarantine(shop)
    assert before == {
        ("events/1.csv", 1): ("unknown_event_type", "scroll"),
        ("events/1.csv", 2): ("unknown_event_type", "Scroll"),
        ("events/1.csv", 3): ("unknown_event_type", "wishlist"),
        ("events/1.csv", 4): ("unknown_event_type", "scroll"),
        ("order_items/1.csv", 1): ("invalid_number", "$4.00"),
        ("order_items/1.csv", 3): ("invalid_number", "$4.00"),
        ("products/1.csv", 1): ("invalid_number", "$9.00"),
        ("products/1.csv", 2): ("invalid_number", "$9.00"),
        ("customers/1.csv", 1): ("missing_key", ""),
    }

    with (own_project / "seeds" / "event_type_aliases.csv").open("a") as aliases:
        aliases.write("scroll,page_view\n")
    number = own_project / "macros" / "silver" / "types.sql"
    number.write_text(
        number.read_text().replace(
            "lakehouse.plain_number(value)", 'lakehouse.plain_number("replace(" ~ value ~ ", \'$\')")'
        )
    )
    build(shop)
    assert quarantine(shop) == before, "only a replay looks again at rows that were judged"

    build(shop, WITH_TESTS, "--vars", "replay_quarantine: true")
    assert quarantine(shop) == {
        ("events/1.csv", 3): ("unknown_event_type", "wishlist"),
        ("order_items/1.csv", 3): ("invalid_number", "x"),
        ("customers/1.csv", 1): ("missing_key", ""),
    }
    events = shop.table("silver.int_events").set_index("event_id")
    assert sorted(events.index) == ["1", "2", "3", "5"]
    assert events.loc["5", "event_time"].second == 1, "the later row of its file stays"
    products = shop.table("silver.int_products").set_index("product_id")["product_name"].to_dict()
    assert products == {"10": "Atlas", "11": "New Novel", "12": "Poems"}, "the later delivery stays"
    lines = shop.table("silver.int_order_items").query("product_id == '10'").set_index("order_item_id")
    assert lines["line_total_usd"].to_dict() == {"500:10:4.00:1:1": Decimal("4.01"), "500:10:4.00:1:2": Decimal("4.00")}

    replayed = shop.tables("silver")
    build(shop, RUN, "--full-refresh")
    assert_same(replayed, shop.tables("silver"))


def test_deliveries_over_several_runs(new_shop: Callable[[], Shop]) -> None:
    def order(total: str, time: str = "2025-01-31T10:06:00") -> list[str]:
        return [f"500,1,{time},card,0,7.50,{total},US,mobile,organic"]

    shop = new_shop()
    shop.deliver(CLEAN | {"orders/z.csv": order("1.00"), "orders/a.csv": order("2.00")})
    build(shop, RUN)
    assert shop.table("silver.int_orders")["total_usd"].tolist() == [Decimal("1.00")], "the later file name of a batch"

    # The clock is set back: what comes now must be the later delivery all the same.
    ledger = DeltaTable(str(shop.path("bronze.ingested_files")))
    future = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    ledger.update(new_values={"ingested_at": future})
    shop.deliver(
        {
            "orders/a.csv": order("3.00", "2025-02-01T00:00:00"),
            "order_items.csv": [*CLEAN["order_items.csv"], "500,10,20.00,1,20.00"],
            "order_items/again.csv": CLEAN["order_items.csv"],
            "reviews.csv": HEADERS["reviews"] + ',customer\'s \\note\n901,500,11,6,"Fine, ""they"" say",2025-02-02,é\n',
        }
    )
    build(shop, RUN)
    batches = shop.table("bronze.ingested_files").groupby("batch_id")["ingested_at"].max()
    assert batches.to_list() == [future, future + timedelta(microseconds=1)]
    orders = shop.table("silver.int_orders")
    assert orders[["total_usd", "_month"]].values.tolist() == [[Decimal("3.00"), "2025-02"]], "it left its month"
    items = shop.table("silver.int_order_items")
    assert sorted(items["order_item_id"]) == ["500:10:20.00:1:1", *(f"500:11:2.50:1:{n}" for n in (1, 2, 3))]
    lines = shop.table("silver.int_order_lines").sort_values("line_number")
    assert lines["net_revenue"].tolist() == [Decimal("2.19"), *[Decimal("0.27")] * 3], "3.00 for lines of 27.50"
    raw = json.loads(shop.table("silver.quarantine")["raw_row"].item())
    assert raw == dict(
        zip(HEADERS["reviews"].split(","), ["901", "500", "11", "6", 'Fine, "they" say', "2025-02-02"], strict=True)
    ) | {"customer's_\\note": "é"}


def lose_the_only_delivery(shop: Shop) -> None:
    DeltaTable(str(shop.path("silver.int_orders"))).delete("order_id = '502'")


def lose_a_rejected_row(shop: Shop) -> None:
    DeltaTable(str(shop.path("silver.quarantine"))).delete("entity = 'orders'")


def write_a_row_twice(shop: Shop) -> None:
    table = DeltaTable(str(shop.path("silver.int_orders")))
    write_deltalake(table, table.to_pyarrow_table(), mode="append")


# What goes wrong, and the file and row of what the test then shows. No row stands for a file with too many.
UNBALANCED: dict[str, tuple[Callable[[Shop], None], tuple[str, str]]] = {
    "a row of silver": (lose_the_only_delivery, ("orders/second.csv", "3")),
    "a row of the quarantine": (lose_a_rejected_row, ("orders/second.csv", "2")),
    "a row too many": (write_a_row_twice, ("orders/second.csv", "None")),
}


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Orders: one of two deliveries, the first of which is superseded, one that breaks a rule, one in its place."""
    shop = Shop(tmp_path_factory.mktemp("reconciled"))
    shop.deliver(CLEAN)
    build(shop, RUN)
    later = ["500,1,2025-01-31T10:06:00,card,0,7.50,7.00,US,,", "501,1,never,card,0,1.00,1.00,US,,"]
    shop.deliver({"orders/second.csv": [*later, "502,1,2025-02-01T00:00:00,card,0,1.00,1.00,US,,"]})
    build(shop, RUN)
    return shop


def test_superseded_and_quarantined_rows_are_not_lost(reconciled: Shop) -> None:
    reconciled.succeed("test", "--select", "test_name:rows_reconcile")


@pytest.mark.parametrize("lost", UNBALANCED)
def test_lost_rows_are_found(reconciled: Shop, tmp_path: Path, capsys: pytest.CaptureFixture[str], lost: str) -> None:
    shop = reconciled.copy(tmp_path / "shop")
    lose, shown = UNBALANCED[lost]
    lose(shop)
    result = shop.dbt("test", "--select", "int_orders__nothing_is_lost")
    assert [(str(r.status), r.failures) for r in result.result if r.node.resource_type == "test"] == [("fail", 1)]
    capsys.readouterr()
    assert shop.dbt("show", "--select", "int_orders__nothing_is_lost", "--output", "json").success
    (row,) = json.loads(capsys.readouterr().out)["show"]
    assert (row["_source_file"], str(row["_row_number"])) == shown


def test_a_column_that_a_table_lacks_is_added_by_a_run_without_files(new_shop: Callable[[], Shop]) -> None:
    """As after an update of the project: its view has a column that its table was built without."""
    shop = new_shop()
    shop.deliver(CLEAN)
    build(shop, RUN)
    path = str(shop.path("silver.int_events"))
    table = DeltaTable(path)
    inputs = json.loads(table.metadata().configuration["dbt.inputs"])
    inputs = {name: "earlier" if name.endswith("_checked") else state for name, state in inputs.items()}
    rows = table.to_pyarrow_table()
    write_deltalake(path, rows.drop_columns(["ip"]), mode="overwrite", schema_mode="overwrite", partition_by=["_month"])
    DeltaTable(path).alter.set_table_properties({"dbt.inputs": json.dumps(inputs)}, raise_if_not_exists=False)
    build(shop, RUN)
    assert set(DeltaTable(path).to_pyarrow_table().column_names) == set(rows.column_names)
    assert len(shop.table("silver.int_visits")) == 1
