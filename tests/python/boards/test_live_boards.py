"""The live boards as a web application: every board of small and empty shops, and what it does not answer to."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import unescape
from pathlib import Path

import duckdb
import pytest
from boards import declared, definitions, place_for_boards
from fastapi.testclient import TestClient
from httpx import Response

from dashboards.export import DATABASE
from dashboards.live import application
from dashboards.render import BOARDS, NAMES, title

# A rendering of all boards takes a while.
pytestmark = pytest.mark.slow

PAGES = [f"/{folder}{name}/" for folder in ("", "phone/") for name in NAMES]
# A shop of three days, one customer and one product, without an order on the second day, and without a day that stands out.
ROWS = {
    "gate": [{
        "as_of_date": date(2025, 1, 8), "first_date": date(2025, 1, 1), "last_date": date(2025, 1, 3),
        "delivered_row_count": 20, "quarantined_row_count": 1, "missing_entities": "customers, reviews",
        "funnel_stages": "View, Cart, Checkout, Purchase",
    }],
    "rpt_executive_sales": [
        {"sales_date": date(2025, 1, day), "session_count": 2, "purchasing_session_count": orders, "order_count": orders,
         "unit_count": orders, "gross_revenue": 10 * orders, "net_revenue": 9 * orders, "is_anomaly": False}
        for day, orders in ((1, 1), (2, 0), (3, 1))
    ],
    "rpt_product_performance": [
        {"event_date": date(2025, 1, day), "product_id": "1", "product_name": "Mug", "category": "Kitchen",
         "view_count": 1, "cart_count": 1, "order_count": 1, "purchase_count": 1, "gross_revenue": 10, "net_revenue": 9,
         "view_to_cart_pct": 100, "cart_to_purchase_pct": 100, "overall_conversion_pct": 100, "review_count": 0}
        for day in (1, 3)
    ],
    "rpt_site_funnel": [
        {"event_date": date(2025, 1, day), "device": "mobile", "source": "direct", "country": "US", "stage": stage,
         "stage_title": stage, "stage_order": order, "event_count": 2, "session_count": 2, "ordered_session_count": 1}
        for day in (1, 2, 3)
        for order, stage in enumerate(("page_view", "add_to_cart", "checkout", "purchase"), 1)
    ],
    "rpt_customer_360": [{
        "customer_id": "1", "name": "Ann", "country": "US", "session_count": 2, "order_count": 2, "lifetime_revenue": 18,
        "gross_margin": 4, "average_order_value": 9, "first_active_at": date(2025, 1, 1),
        "last_active_at": date(2025, 1, 3), "first_order_at": date(2025, 1, 1), "last_order_at": date(2025, 1, 3),
        "days_since_last_active": 0, "rfm_segment": "Champions", "customer_tier": "Standard Customer",
        "probability_alive": 1, "probability_order_12m": 0.5, "predicted_ltv_12m": 9, "net_revenue_last_12m": 18,
        "is_high_risk_window_shopper": False,
    }],
    "rpt_customer_cohorts": [{
        "cohort_month": date(2025, 1, 1), "month_number": 0, "cohort_size": 1, "active_customers": 1, "order_count": 2,
        "net_revenue": 18, "retention_pct": 100,
    }],
}  # fmt: skip
# Nothing but rows that were quarantined.
NOTHING = {"gate": [{"delivered_row_count": 20, "quarantined_row_count": 20}]}

# Two years with sales on four days.
TWO_YEARS = {
    "gate": [{
        "as_of_date": date(2024, 12, 31), "first_date": date(2023, 1, 1), "last_date": date(2024, 12, 31),
        "delivered_row_count": 20, "quarantined_row_count": 0,
    }],
    "rpt_executive_sales": [
        {"sales_date": day, "session_count": sessions, "purchasing_session_count": orders, "order_count": orders,
         "unit_count": orders, "gross_revenue": gross, "gross_sales": gross, "discounts": gross - net, "returns": 0,
         "net_sales": net, "net_revenue": net, "is_anomaly": False}
        for day, sessions, orders, gross, net in (
            (date(2023, 6, 5), 40, 4, 50, 40), (date(2023, 6, 15), 60, 6, 100, 80),
            (date(2024, 6, 5), 40, 5, 80, 60), (date(2024, 6, 15), 80, 7, 100, 90),
        )
    ],
}  # fmt: skip


@contextmanager
def boards(folder: Path, rows: dict[str, list[dict[str, object]]]) -> Iterator[TestClient]:
    """The boards of these rows, as a browser gets them."""
    output = place_for_boards(folder)
    with duckdb.connect(str(output / DATABASE)) as connection:
        connection.execute("create schema reporting")
        for table, columns in declared().items():
            named = ", ".join(f"{name} {data_type}" for name, data_type in columns.items())
            connection.execute(f"create table reporting.{table} ({named})")
            for given in rows.get(table, []):
                common = {"currency": "USD", "time_zone": "UTC", "funnel_stages": "View, Purchase"}
                row = {**common, **given} if table == "gate" else given
                connection.execute(
                    f"insert into reporting.{table} ({', '.join(row)}) values ({', '.join('?' * len(row))})",
                    list(row.values()),
                )
    with TestClient(application(output), base_url="http://localhost") as client:
        yield client


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with boards(tmp_path_factory.mktemp("small"), ROWS) as client:
        yield client


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with boards(tmp_path_factory.mktemp("two_years"), TWO_YEARS) as client:
        yield client


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with boards(tmp_path_factory.mktemp("empty"), NOTHING) as client:
        yield client


@pytest.mark.parametrize("page", PAGES)
def test_every_board_shows_a_small_shop_and_an_empty_one(small: TestClient, empty: TestClient, page: str) -> None:
    for first, last, shown in (
        ("", "", "Showing 1 Jan 2025 to 3 Jan 2025"),
        ("2025-01-02", "2025-01-02", "Showing 2 Jan 2025 to 2 Jan 2025"),
        ("2030-01-01", "2030-12-31", "No data in this period"),
    ):
        answer = small.get(page, params={"start_date": first, "end_date": last})
        assert answer.status_code == 200, (first, last)
        assert "ERR-" not in answer.text, (first, last)
        assert shown in text(answer)
        assert (
            "In quarantine: 1 of 20 delivered rows (5.0%). There are no customers, reviews in the data: figures that need "
            "them are empty." in text(answer)
        )
    answer = empty.get(page)
    assert answer.status_code == 200
    assert "ERR-" not in answer.text
    assert "There is no data yet. In quarantine: 20 of 20 delivered rows (100.0%)." in text(answer)


CHANGE = re.compile(r"[+\N{MINUS SIGN}-]\d+\.\d(?:%| points) (?:vs the \w+ before|in 12 months)")


@pytest.mark.parametrize(
    ("period", "against", "changes"),
    [
        # Net and gross revenue, orders, order value, sessions, conversion: of 2024 against 2023.
        (("", ""), "in 12 months", ["+25.0%", "+20.0%", "+20.0%", "+4.2%", "+20.0%", "+0.0 points"]),
        (
            ("2024-06-01", "2024-06-10"), "vs the year before",
            ["+50.0%", "+60.0%", "+25.0%", "+20.0%", "+0.0%", "+2.5 points"],
        ),
        (
            ("2023-06-11", "2023-06-20"), "vs the days before",
            ["+100.0%", "+100.0%", "+50.0%", "+33.3%", "+50.0%", "+0.0 points"],
        ),
        # The data has neither a year nor as many days before.
        (("2023-01-01", "2023-06-30"), "", []),
        # Nothing was sold and nobody came in the days before.
        (("2023-06-04", "2023-06-06"), "vs the days before", []),
    ],
)  # fmt: skip
def test_changes_are_against_the_year_before_if_the_data_has_it(
    two_years: TestClient, period: tuple[str, str], against: str, changes: list[str]
) -> None:
    for folder in ("", "phone/"):
        answer = two_years.get(
            f"/{folder}executive_sales_overview/", params=dict(zip(("start_date", "end_date"), period, strict=True))
        )
        assert "ERR-" not in answer.text
        assert CHANGE.findall(text(answer)) == [f"{change} {against}" for change in changes]


@pytest.mark.parametrize("page", [page for page in PAGES if "customer_360" in page])
def test_days_ago_count_from_the_day_that_is_named(small: TestClient, page: str) -> None:
    shown = text(small.get(page))
    assert '"Days ago" and "next 12 months" count from 8 Jan 2025.' in shown
    # The layout for phones leaves the column out.
    assert "phone" in page or re.search(r"\bAnn\b.* 3 Jan 2025 5\b", shown), "last seen, and how many days ago"


def test_every_definition_is_on_the_page(small: TestClient) -> None:
    for page in PAGES:
        assert definitions(page.split("/")[-2]) in re.sub(r"[*`\s]", "", text(small.get(page))), page


def text(answer: Response) -> str:
    """What one can read on a page, in one line."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())


def test_the_first_page_is_the_cockpit_and_leads_to_the_boards(empty: TestClient) -> None:
    front = empty.get("/")
    boards = front.text.split('<nav aria-label="Boards">')[1].split("</nav>")[0]
    links = dict(re.findall(r'<a href="([^"]+)">([^<]+)</a>', boards))
    assert links == {f"{name}/": title(name) for name in NAMES}
    assert "width=device-width" in front.text
    assert [link for link in links if empty.get(f"/{link}").status_code != 200] == []


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "192.168.0.7:8080", "localhost@evil.example"]
)
def test_no_other_host_is_answered(empty: TestClient, host: str) -> None:
    answer = empty.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "Dashboards" not in answer.text
    assert empty.get("/", headers={"Host": "127.0.0.1:8080"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/health", "/templates", "/_board", "/_board.yml", "/customer_360.yaml", "/customer_360.svg", "/data/", "/inspect/model/",
     "/inspect/exists/?model=gate", "/docs", "/openapi.json", "/partials/", "/phone/", "/../dbt_charts.yml"],
)  # fmt: skip
def test_nothing_but_boards_is_served(empty: TestClient, path: str) -> None:
    answer = empty.get(path, follow_redirects=False)
    assert answer.status_code == 404
    assert "There is no such page." in answer.text
    for secret in (str(os.getpid()), str(BOARDS), "queries:"):
        assert secret not in answer.text


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("start_date=2025-02-30", "start_date: &#x27;2025-02-30&#x27; is not a day of the form YYYY-MM-DD."),
        ("end_date=20250101", "end_date: &#x27;20250101&#x27; is not a day of the form YYYY-MM-DD."),
        ("start_date=2025-01-01&start_date=x", "start_date: &#x27;x&#x27; is not a day of the form YYYY-MM-DD."),
        ("end_date=<script>", "end_date: &#x27;&lt;script&gt;&#x27; is not a day of the form YYYY-MM-DD."),
        ("sort_by=<b>", "sort_by: &#x27;&lt;b&gt;&#x27; is not a choice."),
        ("max_bars=x", "A board has no choice &#x27;max_bars&#x27;."),
        ("format=pdf", "A board has no choice &#x27;format&#x27;."),
    ],
)
def test_a_choice_that_does_not_exist_is_refused_in_words(empty: TestClient, choice: str, message: str) -> None:
    answer = empty.get(f"/product_performance/?{choice}")
    assert answer.status_code == 400
    assert message in answer.text
    assert "Traceback" not in answer.text


def test_phones_are_sent_to_their_own_layout(empty: TestClient) -> None:
    for name in NAMES:
        assert f"innerWidth < 700) location.replace('/phone/{name}/' + location.search)" in empty.get(f"/{name}/").text
        assert "location.replace" not in empty.get(f"/phone/{name}/").text
