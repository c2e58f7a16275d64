"""Refresh equivalence of landing folders that nobody thought of: hypothesis makes them, and splits them into runs."""

import os
from collections.abc import Callable
from itertools import chain, pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st
from shop import Shop, assert_same

# A case is two to five runs, of some seconds each. `make nightly` looks further; CI always looks at the same cases.
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

ROWS = {
    "customers": st.tuples(CUSTOMERS, WORDS, WORDS, WORDS, QUANTITIES, TIMES, st.sampled_from(["True", "no", ""])),
    "products": st.tuples(PRODUCTS, WORDS, WORDS, AMOUNTS, AMOUNTS, AMOUNTS),
    "sessions": st.tuples(SESSIONS, CUSTOMERS, TIMES, WORDS, WORDS, WORDS),
    "events": st.tuples(
        st.integers(1, 9).map(str), SESSIONS, TIMES, TYPES, PRODUCTS, QUANTITIES, QUANTITIES, WORDS, AMOUNTS, AMOUNTS
    ),
    "orders": st.tuples(ORDERS, CUSTOMERS, TIMES, WORDS, AMOUNTS, AMOUNTS, AMOUNTS, WORDS, WORDS, WORDS),
    "order_items": st.tuples(ORDERS, PRODUCTS, AMOUNTS, QUANTITIES, AMOUNTS),
    "reviews": st.tuples(st.integers(1, 3).map(str), ORDERS, PRODUCTS, st.sampled_from("0345"), WORDS, TIMES),
}


@st.composite
def deliveries(draw: st.DrawFn) -> list[dict[str, list[str]]]:
    """The files of each run. Every entity has a file in the first, and later names come later, so that of two versions
    of a key the one of the later file wins in any split."""
    files = [f"{entity}/0.csv" for entity in ROWS]
    files += [f"{draw(st.sampled_from(sorted(ROWS)))}/{number:02}.csv" for number in range(1, draw(st.integers(4, 12)))]
    contents = {
        name: [",".join(row) for row in draw(st.lists(ROWS[name.split("/")[0]], min_size=1, max_size=6))]
        for name in files
    }
    extra = len(files) - len(ROWS)
    cuts = sorted({*draw(st.lists(st.integers(0, extra), min_size=1, max_size=2)), 0, extra})
    later = files[len(ROWS) :]
    runs = [files[: len(ROWS)], *(later[start:end] for start, end in pairwise(cuts))]
    return [{name: contents[name] for name in run} for run in runs]


@pytest.mark.slow
def test_any_files_in_any_split_give_the_tables_of_one_load(new_shop: Callable[[], Shop]) -> None:
    cases = 0

    @settings(
        max_examples=CASES or 4,
        derandomize=not CASES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # To shrink a failure takes as many runs again; what failed is named whole.
        phases=[Phase.generate] if not CASES else [Phase.generate, Phase.shrink],
    )
    @given(deliveries())
    def check(runs: list[dict[str, list[str]]]) -> None:
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

    check()
    assert cases >= 4
