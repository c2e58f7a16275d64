"""The boards in a browser: the pages that open from disk, and the live boards, whose dates are changed as a user would."""

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from boards import definitions

from dashboards.export import PROJECT
from dashboards.render import NAMES, render, title
from dashboards.screenshots import chromium, take

playwright = pytest.importorskip("playwright.sync_api")
from shop import Shop  # noqa: E402

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="there is no Chromium on this machine: `make browser` installs one"),
]

FIRST, LAST = "2025-09-01", "2025-09-30"


class Visit:
    """A tab that keeps what a page must not do: errors on its console, and requests to anywhere but itself."""

    def __init__(self, window: object, origin: str, width: int = 1280) -> None:
        self.page = window.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(180_000)  # a busy machine is no failure
        self.errors: list[str] = []
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda r: r.url.startswith((origin, "data:", "blob:")) or self.errors.append(r.url))

    def text(self) -> str:
        return " ".join(self.page.locator("body").inner_text().split())


@pytest.fixture(scope="module")
def pages(output: Path) -> list[Path]:
    return render(output)


def test_pages_open_from_disk_at_a_desk_and_on_a_phone(window: object, pages: list[Path], tmp_path: Path) -> None:
    assert [page.stem for page in pages] == ["index", *NAMES]
    index = Visit(window, "file:")
    index.page.goto(pages[0].as_uri())
    for name in NAMES:
        index.page.get_by_role("link", name=title(name)).click()
        index.page.wait_for_selector("svg")
        assert title(name) in index.text()
        index.page.go_back()
    assert index.errors == []

    for name, page in zip(NAMES, pages[1:], strict=True):
        for width, folder in ((1280, ""), (390, "phone/")):
            visit = Visit(window, "file:", width)
            visit.page.goto(page.as_uri())
            visit.page.wait_for_selector("svg")
            visit.page.wait_for_url(f"**/{folder}{name}.html")
            board = visit.page.locator("svg").first.bounding_box()
            assert width - 40 <= board["width"] <= width, "the board is drawn for another width"
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
            assert definitions(name) in re.sub(r"[*`\s]", "", visit.page.locator("body").text_content())
            assert visit.errors == []
            visit.page.close()

    pictures = take(window, pages[1:], tmp_path / "pictures")
    assert [picture.read_bytes()[1:4] for picture in pictures] == [b"PNG"] * len(NAMES)
    assert max(picture.stat().st_size for picture in pictures) < 300_000


@pytest.fixture(scope="module")
def server(output: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the boards, served live."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path_factory.mktemp("serve") / "log"
    code = f"from pathlib import Path; from dashboards.live import serve; serve(Path({str(output)!r}), {port})"
    command = [sys.executable, "-c", code]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=PROJECT, stdout=out, stderr=out)
        try:
            address = f"http://localhost:{port}"
            deadline = time.monotonic() + 120
            while not answers(address):
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            assert not children.exists() or children.read_text() == "", "what would be left when this process ends"
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0, "Ctrl-C is how to end it"
            assert not answers(address)


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address, timeout=60).status == 200
    except OSError:
        return False


def choose(page: object, variable: str, day: str) -> None:
    """Choose a day in the calendar of a board's control, as a user does: by going back month by month."""
    page.locator(f"[data-dbt-variable={variable}]").click()
    midnight = int(datetime.fromisoformat(f"{day}T00:00:00+00:00").timestamp() * 1000)
    cell = page.locator(f".dbt-popover-open [data-day='{midnight}']")
    page.locator(".dbt-popover-open .dbt-cal-header").wait_for()
    for _ in range(600):
        if cell.count():
            break
        page.get_by_label("Previous month").click()
    cell.click()
    page.wait_for_url(f"**{variable}={day}**")


def figures(shop: Shop) -> dict[str, str]:
    """What gold says of September: a figure of each board, as the board writes it."""
    sales = shop.table("gold.daily_sales")
    sales = sales[sales.sales_date.astype(str).between(FIRST, LAST)]
    products = shop.table("gold.product_metrics")
    products = products[products.event_date.astype(str).between(FIRST, LAST)]
    funnel = shop.table("gold.site_funnel")
    funnel = funnel[funnel.event_date.astype(str).between(FIRST, LAST) & (funnel.stage == "add_to_cart")]
    customers = shop.table("gold.customer_360")
    last_seen = customers[["last_active_at", "last_order_at"]].max(axis=1).dt.strftime("%Y-%m-%d")
    return {
        "executive_sales_overview": f"{sales.session_count.sum():,} Sessions",
        "product_performance": f"{products.view_count.sum():,} Product Views",
        "site_wide_funnel": f"{funnel.ordered_session_count.sum():,} Then Cart",
        "customer_360": f"{last_seen.between(FIRST, LAST).sum():,} Customers",
    }


@pytest.mark.parametrize("name", NAMES)
def test_changing_the_dates_changes_the_figures(window: object, server: str, shop: Shop, name: str) -> None:
    expected = figures(shop)[name]
    visit = Visit(window, server)
    visit.page.goto(f"{server}/{name}/")
    visit.page.wait_for_selector("svg")
    assert expected not in visit.text()

    choose(visit.page, "start_date", FIRST)
    choose(visit.page, "end_date", LAST)
    visit.page.get_by_text("Showing 1 Sep 2025 to 30 Sep 2025").first.wait_for()
    assert expected in visit.text()

    visit.page.goto(f"{server}/{name}/?start_date=2035-01-01&end_date=2035-01-31")
    visit.page.get_by_text("No data in this period").first.wait_for()
    assert expected not in visit.text()
    visit.page.get_by_role("link", name="Cockpit").click()
    visit.page.get_by_role("button", name="30 days", exact=True).click()
    visit.page.get_by_role("link", name=title(name)).click()
    visit.page.get_by_text("Showing 25 Sep 2025 to 24 Oct 2025").first.wait_for()
    # The browser asks for an icon of its own accord, and there is none.
    assert [error for error in visit.errors if "404" not in error] == []
    visit.page.close()


def test_a_phone_is_sent_to_its_layout_of_a_live_board(window: object, server: str) -> None:
    visit = Visit(window, server, width=390)
    visit.page.goto(f"{server}/site_wide_funnel/?start_date={FIRST}&end_date={LAST}")
    visit.page.wait_for_url(f"**/phone/site_wide_funnel/?start_date={FIRST}&end_date={LAST}")
    visit.page.get_by_text("Showing 1 Sep 2025").first.wait_for()
    assert visit.page.locator("svg").first.bounding_box()["width"] <= 390
    visit.page.close()


def test_a_line_goes_through_the_middle_of_the_bars(window: object, pages: list[Path]) -> None:
    visit = Visit(window, "file:")
    visit.page.goto(next(page for page in pages if page.stem == "executive_sales_overview").as_uri())
    bar = visit.page.locator("path[aria-roledescription=bar]").first.bounding_box()
    line = visit.page.locator("g.mark-line.layer_1_layer_0_marks path").first.bounding_box()
    assert abs(bar["x"] + bar["width"] / 2 - line["x"]) < bar["width"] / 4
    visit.page.close()
