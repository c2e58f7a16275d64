"""Refresh equivalence of landing folders that nobody thought of: hypothesis makes them, and splits them into runs."""

import os
from collections.abc import Callable
from itertools import chain, pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from shop import Files, Shop, assert_same

from data_generator.schema import BOOK_COLUMNS

# A case is two to five runs, of some seconds each. Without HYPOTHESIS_CASES the same cases are made each time.
CASES = int(os.environ.get("HYPOTHESIS_CASES", "0"))

# Few ids, so that rows meet: repeats, conflicts, orphans, several spellings of one id.
SESSIONS = st.sampled_from(["100", "100.0", "0101", "102", "1.03e2"])
CUSTOMERS = st.sampled_from(["1", "1.0", "02", "3", "UNKNOWN-7", ""])
PRODUCTS = st.sampled_from(["10", "10.0", "11", "12", ""])
ORDERS = st.sampled_from(["500", "500.0", "501", "502"])
TIMES = st.sampled_from(
    [
        "2025-01-30T23:59:59",
        "2025-01-31T10:00:00",
        "2025-01-31T23:50:00-02:00",
        "2025-02-01T00:00:00Z",
        "2025-03-15 08:00:00.5",
        "2019-05-05T10:00:00",
        "2999-01-01T00:00:00",
        "yesterday",
    ]
)
AMOUNTS = st.sampled_from(["0", "9.99", "20.00", "33.335", "-1", "ten", ""])
QUANTITIES = st.sampled_from(["1", "2", "3.0", "0", "2.5", ""])
TYPES = st.sampled_from(["page_view", "view", "add_to_cart", "cart", "checkout", "purchase", "order", "dance"])
WORDS = st.sampled_from(["mobile", "Paid", "US", "us", " DE ", "null", ""])
STATUSES = st.sampled_from(["", "paid", "Pending", "refunded", "canceled", "voided", "lost"])
CURRENCIES = st.sampled_from(["", "USD", "USD", "eur", "EUR", "EUR", "euro"])
# Mostly valid, since one that is not takes its row along.
EXTRAS = st.sampled_from(["", "0", "0.01", "1.99", "3.335", "7", "-1"])
YES_OR_NO = st.sampled_from(["", "True", "no"])
# The days of the times that are valid.
DAYS = ("2025-01-30", "2025-01-31", "2025-02-01", "2025-03-15", "2019-05-05")

ROWS = {
    "customers": st.tuples(CUSTOMERS, WORDS, WORDS, WORDS, QUANTITIES, TIMES, st.sampled_from(["True", "no", ""])),
    "products": st.tuples(PRODUCTS, WORDS, WORDS, AMOUNTS, AMOUNTS, AMOUNTS),
    "sessions": st.tuples(SESSIONS, CUSTOMERS, TIMES, WORDS, WORDS, WORDS),
    "events": st.tuples(
        st.integers(1, 9).map(str), SESSIONS, TIMES, TYPES, PRODUCTS, QUANTITIES, QUANTITIES, WORDS, AMOUNTS, AMOUNTS
    ),
    "orders": st.tuples(
        *(ORDERS, CUSTOMERS, TIMES, WORDS, AMOUNTS, AMOUNTS, AMOUNTS, WORDS, WORDS, WORDS),
        *(STATUSES, CURRENCIES, EXTRAS, YES_OR_NO, EXTRAS, EXTRAS, EXTRAS, WORDS, st.just("")),
    ),
    "order_items": st.tuples(ORDERS, PRODUCTS, AMOUNTS, QUANTITIES, AMOUNTS),
    "refunds": st.tuples(
        *(st.sampled_from("67"), ORDERS, TIMES, PRODUCTS, QUANTITIES),
        *(EXTRAS.filter(bool), EXTRAS, EXTRAS, CURRENCIES, WORDS, YES_OR_NO),
    ),
    "exchange_rates": st.tuples(st.sampled_from(DAYS), CURRENCIES, st.sampled_from(["1.1", "0.87654321", "0", "much"])),
    "reviews": st.tuples(st.integers(1, 3).map(str), ORDERS, PRODUCTS, st.sampled_from("0345"), WORDS, TIMES),
}


@st.composite
def deliveries(draw: st.DrawFn) -> list[Files]:
    """The files of each run. Every entity has a file in the first, and later names come later, so that of two versions
    of a key the one of the later file wins in any split."""
    files = [f"{entity}/0.csv" for entity in ROWS]
    files += [f"{draw(st.sampled_from(sorted(ROWS)))}/{number:02}.csv" for number in range(1, draw(st.integers(4, 12)))]
    contents = {
        name: [",".join(row) for row in draw(st.lists(ROWS[name.split("/")[0]], min_size=1, max_size=6))]
        for name in files
    }
    # Every day has a rate from the first run on; later files may have others.
    contents["exchange_rates/0.csv"] = [f"{day},EUR,1.25" for day in DAYS]
    contents = {
        name: "\n".join([",".join(BOOK_COLUMNS["orders"]), *rows]) if name.startswith("orders/") else rows
        for name, rows in contents.items()
    }
    extra = len(files) - len(ROWS)
    cuts = sorted({*draw(st.lists(st.integers(0, extra), min_size=1, max_size=2)), 0, extra})
    later = files[len(ROWS) :]
    runs = [files[: len(ROWS)], *(later[start:end] for start, end in pairwise(cuts))]
    return [{name: contents[name] for name in run} for run in runs]


def assert_the_ladder_adds_up(shop: Shop) -> None:
    """Order by order, line by line; and no order gives back more than it cost."""
    orders = shop.table("silver.int_order_amounts").set_index("order_id")
    steps = orders["gross_sales"] - orders["discounts"] + orders["shipping"] + orders["tax"] + orders["tips"]
    assert steps.equals(orders["shop_total"])
    lines = shop.table("silver.int_order_lines").groupby("order_id")[["gross_revenue", "shipping", "tax", "tips"]].sum()
    for of_line, of_order in {
        "gross_revenue": "gross_sales",
        "shipping": "shipping",
        "tax": "tax",
        "tips": "tips",
    }.items():
        assert lines[of_line].to_dict() == orders[of_order].to_dict()
    sales = shop.table("silver.int_sales_ledger").query("entry_type == 'sale'").groupby("order_id")
    counted = orders[~orders["is_cancelled"]]
    assert (sales["total_sales"].sum() + sales["tips"].sum()).to_dict() == counted["shop_total"].to_dict()
    refunds = shop.table("silver.int_refund_lines")
    counted = refunds[refunds["refused_by"].isna() & refunds["order_date"].notna()]
    returned = (counted["amount"] + counted["tax"] + counted["shipping"]).groupby(counted["order_id"]).sum()
    assert all(returned[order] <= orders.loc[order, "order_total"] for order in returned.index)
    refused = shop.table("silver.quarantine").query("rule in ('refund_exceeds_order', 'refund_currency_differs')")
    assert len(refused) == refunds["refused_by"].notna().sum()


@pytest.mark.slow
@pytest.mark.nightly
def test_any_files_in_any_split_give_the_tables_of_one_load(new_shop: Callable[[], Shop]) -> None:
    cases = 0

    @settings(
        max_examples=CASES or 2,
        derandomize=not CASES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # To shrink a failure takes as many runs again; what failed is named whole.
        phases=[Phase.generate] if not CASES else [Phase.generate, Phase.shrink],
    )
    @given(deliveries())
    def check(runs: list[Files]) -> None:
        nonlocal cases
        cases += 1
        note(str(runs))
        parts, whole = new_shop(), new_shop()
        for files in runs:
            parts.deliver(files)
            parts.build()
        whole.deliver(dict(chain.from_iterable(files.items() for files in runs)))
        whole.build()
        assert_same(whole.tables(), parts.tables())
        assert_the_ladder_adds_up(whole)

    check()
    assert cases >= 2
