"""Benchmark of the cockpit: page size, time to first paint and time of each interaction, in Chromium.

`python -m benchmarks.cockpit` writes docs/benchmark_cockpit.md. The shops are made up, straight into reporting tables.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import yaml

from benchmarks.__main__ import machine
from dashboards.cockpit.page import write_cockpit
from dashboards.screenshots import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROJECT = Path(__file__).parents[1]
REPEATS = 5
LIMIT = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]["cockpit_rows"]
# Days of the data set of Kaggle; larger shops have the same.
DAYS = 2131

# Sources, devices and countries as in the data set of Kaggle, and an order for 28 % of the sessions.
_SHOP = """
create schema reporting;
create table reporting.gate as
select
    date '2025-10-31' as as_of_date, date '2020-01-01' as first_date, date '2025-10-31' as last_date,
    'USD' as currency, 'UTC' as time_zone, 0::bigint as quarantined_row_count, null::varchar as missing_entities,
    'View, Cart, Checkout, Purchase' as funnel_stages;
create table reporting.rpt_excluded_sessions (session_count bigint, excluded_reason varchar);
create table reporting.rpt_sessions as
with drawn as (
    select
        i, date '2020-01-01' + cast(floor(random() * {days}) as integer) as session_date, random() as reached,
        list_extract(
            ['organic', 'direct', 'paid', 'social', 'email', 'referral'], 1 + cast(floor(6 * random() ** 2) as int)
        ) as source,
        list_extract(['mobile', 'desktop', 'tablet'], 1 + cast(floor(3 * random() ** 2) as int)) as device,
        list_extract(
            ['US', 'GB', 'IN', 'DE', 'FR', 'BR', 'MX', 'CA', 'ES', 'AU', 'JP', 'NL', 'SG', 'SE', 'PL', 'AE', 'ZA'],
            1 + cast(floor(17 * random() ** 2) as int)
        ) as country
    from range({sessions}) as numbers (i)
)
select
    cast(i as varchar) as session_id, session_date, source, device, country,
    cast(case when reached < 0.28 then 4 when reached < 0.37 then 3 when reached < 0.68 then 2 else 1 end as integer)
        as ordered_stage_count,
    reached < 0.28 as has_purchased,
    case
        when reached < 0.28 then 'purchased' when reached < 0.66 then 'abandoned' when reached < 0.68 then 'recovered'
    end as cart_outcome,
    case when reached < 0.68 then cast(10 + 200 * random() as decimal(18, 2)) end as cart_value
from drawn;
create table reporting.rpt_order_lines as
with lines as (
    select
        session_id as order_id, session_date as order_date, source, device, country,
        unnest(range(1, 2 + cast(floor(3 * random() ** 2) as int))) as line_number
    from reporting.rpt_sessions where has_purchased
),
priced as (
    select
        *, cast(floor(1197 * random()) as int) as number, 1 + cast(floor(1.2 * random()) as bigint) as unit_count
    from lines
)
select
    order_id, cast(line_number as int) as line_number, order_date, source, device, country,
    cast(number as varchar) as product_id, 'Product ' || number as product_name,
    list_extract(['Sports', 'Home', 'Fashion', 'Beauty', 'Electronics', 'Toys', 'Books'], 1 + number % 7) as category,
    unit_count,
    cast(unit_count * (5 + number % 90) as decimal(18, 2)) as gross_revenue,
    cast(unit_count * (5 + number % 90) * 0.93 as decimal(18, 2)) as net_revenue
from priced;
create table reporting.rpt_executive_sales as
select
    date '2020-01-01' + cast(i as integer) as sales_date, 2000.00 as expected_revenue, 500.00 as lower_bound,
    4000.00 as upper_bound, false as is_anomaly
from range({days}) as numbers (i);
"""

# What a user does, in the order in which it is done, each from the view that the one before has left.
INTERACTIONS = {
    "another period: 12 months": "page.go({ period: '12m' })",
    "a source": "page.toggle('source', 0)",
    "a second source": "page.toggle('source', 1)",
    "a category": "page.toggle('category', 0)",
    "another metric": "page.go({ metric: 'conversion' })",
    "all days": "page.go({ period: 'all' })",
    "all days, a device": "page.toggle('device', 0)",
    "all days, a product": "page.toggle('product', 5)",
    "split by country": "page.go({ split: 'country' })",
    "this year, no filter": "page.go({ period: 'year', filters: page.emptyFilters() })",
}
_ACTIONS = ", ".join(f"{json.dumps(name)}: () => {action}" for name, action in INTERACTIONS.items())
# From the click until style and layout are done.
_TIMED = """async () => {
  const { page } = cockpit;
  const times = {};
  for (const [name, act] of Object.entries({ ACTIONS })) {
    await new Promise((go) => setTimeout(go, 50));
    const begun = performance.now();
    act();
    document.body.getBoundingClientRect();
    times[name] = performance.now() - begun;
  }
  return times;
}""".replace("ACTIONS", _ACTIONS)


def make_shop(sessions: int, folder: Path) -> Path:
    """A database like that of the boards, with a shop of so many sessions."""
    database = folder / "boards.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("select setseed(0.5)")
        connection.execute(_SHOP.format(sessions=sessions, days=DAYS))
    return database


def measure(window: "Browser", sessions: int) -> dict[str, Any]:
    """Bytes and milliseconds of the cockpit of a shop: the least of several openings."""
    with tempfile.TemporaryDirectory(prefix="cockpit-") as folder:
        page = write_cockpit(make_shop(sessions, Path(folder)), Path(folder) / "index.html", {}, limit=LIMIT)
        runs = []
        for _ in range(REPEATS):
            tab = window.new_page(viewport={"width": 1360, "height": 900})
            tab.set_default_timeout(180_000)
            tab.goto(page.as_uri())
            tab.wait_for_selector("#figures .figure")
            times = tab.evaluate(
                "() => ({ 'first paint': performance.getEntriesByName('first-contentful-paint')[0].startTime,"
                " 'figures are there': performance.getEntriesByName('figures')[0].startTime })"
            )
            tab.evaluate(_TIMED)
            tab.evaluate("cockpit.remembered.clear()")
            runs.append({**times, **tab.evaluate(_TIMED)})
            tab.close()
        return {"bytes": page.stat().st_size, **{name: min(run[name] for run in runs) for name in runs[0]}}


def report(measured: dict[int, dict[str, Any]], about: dict[str, str]) -> str:
    """The page, as Markdown."""
    names = list(next(iter(measured.values())))[1:]
    header = [f"{sessions:,} sessions" for sessions in measured]
    rows = [["page, MB", *(f"{each['bytes'] / 1e6:.1f}" for each in measured.values())]]
    rows += [[f"{name}, ms", *(f"{each[name]:.0f}" for each in measured.values())] for name in names]
    table = [["", *header], ["---"] * (len(header) + 1), *rows]
    return "\n".join([
        "# Benchmark of the cockpit",
        "",
        "`python -m benchmarks.cockpit` writes this page. It generates shops of 2,131 days, with an order for 28 %",
        "of the sessions, and opens their cockpits from disk in Chromium. *first paint* and *figures are there*",
        "are measured from the opening, all others from a click until the page is laid out. Each click was made",
        "once before, and its cached sums were cleared. Each time is the",
        f"shortest of {REPEATS}. Beyond {LIMIT:,} sessions or order lines (the variable `cockpit_rows`),",
        "the page has sums of them.",
        "",
        *(f"- {name}: {value}" for name, value in about.items()),
        "",
        *(f"| {' | '.join(row)} |" for row in table),
        "",
    ])  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cockpit", description=__doc__)
    parser.add_argument("--sessions", type=int, nargs="+", default=[120_000, 2_000_000, 10_000_000])
    parser.add_argument("--output", type=Path, default=PROJECT / "docs" / "benchmark_cockpit.md")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with browser() as window:
        measured = {sessions: measure(window, sessions) for sessions in options.sessions}
        about = {"Chromium": window.version, **machine(), "processes that waited for a processor": f"{load:.0f}"}
    options.output.write_text(report(measured, about))
    print(json.dumps(measured, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
