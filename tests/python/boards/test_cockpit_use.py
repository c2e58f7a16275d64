"""The cockpit is used with mouse, keys and screen reader: address, back, rows, and shops with odd data."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from cockpit import Cockpit
from reporting import busy_shop, day, gate, line, reporting_tables, session

from dashboards.cockpit.page import write_cockpit
from dashboards.export import DATABASE
from dashboards.screenshots import chromium

axe = pytest.importorskip("axe_playwright_python.sync_playwright")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine: `make browser` installs one"),
]


def test_the_address_holds_the_view(opened: Callable[..., Cockpit], cockpit_page: Path) -> None:
    cockpit = opened(cockpit_page)
    tab = cockpit.tab
    start = cockpit.headline()
    tab.get_by_role("button", name="All", exact=True).click()
    tab.locator("#by-source").get_by_role("button", name="paid").click()
    tab.locator("#by-device").get_by_role("button", name="mobile").click()
    tab.locator("#by-device").get_by_role("button", name="tablet").click()
    tab.get_by_role("button", name="Orders", exact=False).first.click()
    tab.get_by_label("Split the change by").select_option("country")
    address = "period=all&metric=orders&split=country&source=paid&device=mobile&device=tablet"
    assert tab.url.split("#")[1] == address
    everything = cockpit.figure("orders")

    # Sent to somebody else, and a year that the reader chooses there.
    other = opened(cockpit_page, address)
    assert (other.headline(), other.figure("orders")) == (cockpit.headline(), everything)
    other.tab.locator("[data-key=day-first]").fill("0202-01-01")
    assert other.figure("orders") == everything, "a year that is half typed is not yet a day"
    other.tab.locator("[data-key=day-first]").fill("2025-01-01")
    assert other.tab.url.split("#")[1].startswith("from=2025-01-01&to=2025-10-24&metric=orders")
    assert other.figure("orders") < everything

    for _ in range(6):
        tab.go_back()
    assert cockpit.headline() == start
    assert "#" not in tab.url or tab.url.endswith("#")
    tab.go_forward()
    assert "from" in cockpit.headline()

    # What the data does not have is left out.
    assert opened(cockpit_page, "period=never&metric=x&source=moon&product=&from=2025-13-45&to=1").headline() == start


def test_it_is_used_with_the_keyboard_alone(opened: Callable[..., Cockpit], cockpit_page: Path) -> None:
    cockpit = opened(cockpit_page, "period=12m")
    tab = cockpit.tab
    focused = lambda: tab.evaluate("document.activeElement.getAttribute('data-key')")  # noqa: E731
    cockpit.press("Tab", "Enter")
    assert tab.evaluate("document.activeElement.id") == "headline"
    assert "period=12m" in tab.url, "the link to the figures leaves the address alone"
    cockpit.press("Tab", "Tab", "Tab")
    assert focused() == "metric-gross"
    cockpit.press("Enter")
    assert (focused(), tab.url.split("#")[1]) == ("metric-gross", "period=12m&metric=gross")

    tab.locator("[data-key=bar-0]").focus()
    cockpit.press("ArrowRight", "End", "ArrowLeft", "Home", "ArrowRight")
    assert focused() == "bar-1"
    label = tab.evaluate("document.activeElement.getAttribute('aria-label')")
    cockpit.press("Enter")
    assert label.split(":")[0] in cockpit.headline(), "a bar zooms in to its days"

    tab.locator("[data-key=value-source-0]").focus()
    cockpit.press("Space")
    assert (focused(), "source=" in tab.url) == ("value-source-0", True)
    tab.locator("[data-key=rows-revenue]").focus()
    cockpit.press("Enter")
    tab.locator("dialog[open]").wait_for()
    cockpit.press("Escape")
    assert tab.locator("dialog[open]").count() == 0


def saved(cockpit: Cockpit, button: str) -> list[dict[str, str]]:
    """The rows of the file that a button leads to."""
    cockpit.tab.locator(f"[data-key={button}]").click()
    with cockpit.tab.expect_download() as download:
        cockpit.tab.locator("[data-key=save]").click()
    cockpit.press("Escape")
    assert download.value.suggested_filename.endswith(".csv")
    return list(csv.DictReader(io.StringIO(Path(download.value.path()).read_bytes().decode())))


@pytest.mark.parametrize("page", ["cockpit_page", "added_up_page"])
def test_the_rows_behind_a_figure_add_up_to_it(
    opened: Callable[..., Cockpit], request: pytest.FixtureRequest, page: str
) -> None:
    address = "period=all&source=organic&source=email&category=Books&category=Toys"
    cockpit = opened(request.getfixturevalue(page), address)
    note, added_up = cockpit.tab.locator("#grain"), page == "added_up_page"
    assert note.is_visible() == added_up
    lines, sessions = saved(cockpit, "rows-revenue"), saved(cockpit, "rows-conversion")
    assert sum(round(100 * float(row["net_revenue"])) for row in lines) == round(100 * cockpit.figure("revenue"))
    assert {row["category"] for row in lines} == {"Books", "Toys"}
    if added_up:
        assert "this page holds sums" in note.inner_text()
        orders = sum({row["basket"]: int(row["order_count"]) for row in lines}.values())
        visits = [(row["session_date"], row["source"], row["device"], row["country"]) for row in sessions]
        assert len(set(visits)) == len(visits)
        counts = [sum(int(row[f"{name}session_count"]) for row in sessions) for name in ("", "buying_")]
    else:
        orders = len({row["order_id"] for row in lines})
        assert len({row["session_id"] for row in sessions}) == len(sessions)
        counts = [len(sessions), sum(row["has_purchased"] == "yes" for row in sessions)]
    assert orders == cockpit.figure("orders")
    assert counts[0] == cockpit.figure("sessions")
    assert 100 * counts[1] / counts[0] == pytest.approx(cockpit.figure("conversion"))


def test_carts_to_win_back_are_single_sessions_however_large_the_shop(
    opened: Callable[..., Cockpit], tmp_path: Path
) -> None:
    database = busy_shop(tmp_path / DATABASE)
    pages = [write_cockpit(database, tmp_path / f"{limit}.html", {}, limit=limit) for limit in (900, 899)]
    single, added_up = (opened(page, "period=all") for page in pages)
    carts = saved(single, "carts")
    assert carts == saved(added_up, "carts")
    assert len({row["session_id"] for row in carts}) == len(carts)
    assert {row["session_date"] for row in carts} == {f"2025-01-{day:02}" for day in range(4, 11)}
    found = added_up.tab.locator("li:has([data-key=carts])").inner_text()
    assert found.startswith(f"{len(carts)} carts worth ")

    # Earlier carts are sums.
    carts, sums = (saved(opened(page, "from=2025-01-01&to=2025-01-05&device=tablet"), "carts") for page in pages)
    assert len(sums) < len(carts) == sum(int(row["abandoned_cart_count"]) for row in sums)
    cents = [round(100 * float(row["cart_value"])) for row in carts]
    assert sum(cents) == sum(round(100 * float(row["abandoned_cart_value"])) for row in sums)


HOSTILE = ["<img src=x onerror=alert(1)>", "=cmd|' /C calc'!A0", '+1"2', "-3,4", "@SUM(A1)", "\t=1", "</script><b>"]


def test_texts_of_the_data_are_neither_markup_nor_formulas(opened: Callable[..., Cockpit], tmp_path: Path) -> None:
    days = ["2025-01-01", "2025-01-02"]
    lines = [
        line(f"={place}", days[0], product_id=f"+{place}", product_name=name, category=name, country=name)
        for place, name in enumerate(HOSTILE)
    ]
    database = reporting_tables(
        tmp_path / DATABASE,
        gate=[gate(*days)],
        rpt_order_lines=lines,
        rpt_sessions=[session(f"@{name}", days[1], source=name, country=name) for name in HOSTILE],
        rpt_executive_sales=[day(each) for each in days],
    )
    cockpit = opened(write_cockpit(database, tmp_path / "index.html", {"a.html": "<b>Board</b>"}, "<i>note</i>"))
    assert cockpit.tab.locator("img, #view b:has(b), nav b, .note i").count() == 0
    shown = cockpit.tab.locator("#by-product tbody button").evaluate_all("all => all.map((each) => each.title)")
    assert sorted(shown) == sorted(HOSTILE)
    rows = []
    for dimensions, button in ((("product", "category", "country"), "rows-revenue"), (("source",), "rows-sessions")):
        for dimension in dimensions:
            for place in range(len(HOSTILE)):
                cockpit.tab.locator(f"[data-key=value-{dimension}-{place}]").click()
        rows.append(saved(cockpit, button))
    assert cockpit.tab.locator(".chip").count() == 4 * len(HOSTILE)
    assert [len(each) for each in rows] == [len(HOSTILE)] * 2
    assert {row["product_name"].removeprefix("'") for row in rows[0]} == set(HOSTILE)
    cells = [value for each in rows for row in each for value in row.values()]
    assert not [value for value in cells if value.startswith(("=", "+", "-", "@", "\t"))]


def test_an_empty_shop_and_a_shop_of_one_day(opened: Callable[..., Cockpit], tmp_path: Path) -> None:
    empty = reporting_tables(tmp_path / "empty.duckdb", gate=[gate(None, None)])
    cockpit = opened(write_cockpit(empty, tmp_path / "empty.html", {}))
    assert "no sessions and no orders yet" in cockpit.tab.locator("#message").inner_text()
    assert not cockpit.tab.locator("#view").is_visible()

    one = reporting_tables(
        tmp_path / "one.duckdb",
        gate=[gate("2025-03-01", "2025-03-01")],
        rpt_order_lines=[line("1", "2025-03-01")],
        rpt_executive_sales=[day("2025-03-01")],
    )
    page = write_cockpit(one, tmp_path / "one.html", {})
    for address in ("", *(f"period={period}" for period in ("30d", "90d", "month", "quarter", "year", "12m", "all"))):
        cockpit = opened(page, address)
        assert cockpit.figure("revenue") == 9
        # An order without any session: no rate is over 100 %, and none is made of nothing.
        assert (cockpit.figure("sessions"), cockpit.figure("conversion")) == (0, 0)
        assert cockpit.changes("revenue") == ["\N{EN DASH}"] * 2
        text = cockpit.tab.locator("body").inner_text()
        assert "There is no data before 1 Mar 2025 to compare with." in text
        assert not [word for word in ("NaN", "Infinity", "undefined", "null") if word in text]


@pytest.mark.parametrize(
    ("currency", "revenue", "average"),
    [("EUR", "€9,000", "€9,000.00"), ("JPY", "¥9,000", "¥9,000"), ("CHF", "CHF 9,000", "CHF 9,000.00")],
)
def test_amounts_are_in_the_currency_of_the_shop(
    opened: Callable[..., Cockpit], tmp_path: Path, currency: str, revenue: str, average: str
) -> None:
    database = reporting_tables(
        tmp_path / DATABASE,
        gate=[gate("2025-03-01", "2025-03-01", currency)],
        rpt_order_lines=[line("1", "2025-03-01", net_revenue=9000)],
        rpt_executive_sales=[day("2025-03-01")],
    )
    cockpit = opened(write_cockpit(database, tmp_path / "index.html", {}))
    shown = [cockpit.tab.locator(f"[data-metric={name}] .value").inner_text() for name in ("revenue", "order_value")]
    assert [text.replace("\N{NO-BREAK SPACE}", " ") for text in shown] == [revenue, average]
    assert "$" not in cockpit.tab.locator("body").inner_text()


@pytest.mark.parametrize(
    ("width", "scheme", "address"),
    [
        (1360, "light", ""),
        (1360, "dark", "period=90d&source=paid"),
        (390, "light", "period=30d&category=Books&split=source"),
    ],
)
def test_it_is_accessible(
    opened: Callable[..., Cockpit], cockpit_page: Path, width: int, scheme: str, address: str
) -> None:
    cockpit = opened(cockpit_page, address, viewport={"width": width, "height": 900}, color_scheme=scheme)
    assert cockpit.tab.evaluate("document.documentElement.scrollWidth") <= width
    cockpit.tab.locator("summary").click()
    checks = [axe.Axe().run(cockpit.tab)]
    cockpit.tab.locator("[data-key=rows-revenue]").click()
    checks.append(axe.Axe().run(cockpit.tab))
    for found in checks:
        assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found.response["violations"]] == []
