"""Render the boards to static pages."""

import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

import duckdb
import jinja2
import yaml
from dbt_charts.core.text.currencies import CURRENCIES

from dashboards.cockpit.page import write_cockpit
from dashboards.cockpit.tables import schema_of
from dashboards.export import DATABASE, DashboardError, cockpit_rows

BOARDS = Path(__file__).parent
NAMES = ("product_performance", "executive_sales_overview", "site_wide_funnel", "customer_360")

# A board is drawn for a fixed width. Narrow screens get their own layout.
TO_PHONE = "<script>if (innerWidth < 700) location.replace({page!r} + location.search)</script></head>"

_TO_COCKPIT = (
    '<nav style="padding: 10px 24px 0; font: 15px/1.5 system-ui, sans-serif"><a href="{cockpit}">Cockpit</a></nav>'
)

_BANNER = "margin: 0; padding: 12px 24px; background: #fff3cd; color: #533f03; font: 16px/1.5 system-ui, sans-serif"


def boards_of(output: Path) -> Path:
    """The boards as a separate dbt Charts project, in the currency of the data in `output`."""
    project = output / "boards"
    shutil.rmtree(project, ignore_errors=True)
    for name in ("charts", "templates"):
        shutil.copytree(BOARDS / name, project / name)
    shutil.copy(BOARDS / "dbt_charts.yml", project)
    with duckdb.connect(str(output / DATABASE), read_only=True) as connection:
        found = connection.sql(f"select currency, funnel_stages from {schema_of(connection)}.gate").fetchone()
    currency, stages = found or ("USD", "View, Purchase")
    (project / "charts" / "meta.yml").write_text(yaml.safe_dump({"regional": _regional(currency)}))
    for board in (project / "charts").rglob("site_wide_funnel.yml"):
        board.write_text(_for_stages(board.read_text(), stages.split(", ")))
    return project


def _for_stages(board: str, stages: list[str]) -> str:
    """A board with what it repeats for each stage of the funnel, by their titles. Its own braces stay."""
    # YAML and SQL, and no HTML to escape.
    template = jinja2.Environment(  # noqa: S701
        line_statement_prefix="#%",
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        keep_trailing_newline=True,
    ).from_string(board)
    return template.render(stages=stages)


def _regional(currency: str) -> dict[str, object]:
    """The format of amounts. dbt Charts has symbols for some currencies; others use the ISO 4217 code."""
    if currency in CURRENCIES:
        return {"currency": currency}
    number = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": [f"{currency}\u00a0", ""]}
    return {"locale": {"number": number}}


def dct(output: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run a command of dbt Charts for the boards of this project, with the data in `output`."""
    project = boards_of(output)
    where = ["--project-dir", str(project), "--dbt-project-dir", str(output)]
    command = [str(Path(sys.executable).parent / "dct"), *arguments, *where]
    return subprocess.run(command, cwd=project, env=environment(output), capture_output=True, text=True, check=False)


def environment(output: Path) -> dict[str, str]:
    """The environment of dbt Charts: where the data is, and no telemetry. It finds the manifest below `output`."""
    inherited = {name: value for name, value in os.environ.items() if name != "DBT_TARGET_PATH"}
    return {**inherited, "DASHBOARDS_DATA": str(output / DATABASE), "DO_NOT_TRACK": "1", "DCT_NO_WORKSPACE_GUARD": "1"}


def render(
    output: Path, start_date: str | None = None, end_date: str | None = None, note: str | None = None
) -> list[Path]:
    """Render the cockpit, and every board for the days from `start_date` to `end_date`, to pages that open from disk.

    note: what has to be known of the data, at the top of every page. Returns the pages, first the cockpit, which links
    to the others. Raises DashboardError when a chart of a board fails.
    """
    boards = [f"charts/{folder}{name}.yml" for folder in ("", "phone/") for name in NAMES]
    period = {"start_date": start_date, "end_date": end_date}
    chosen = [option for name, day in period.items() if day for option in ("--var", f"{name}={day}")]
    pages = output / "{dir}" / "{stem}.html"
    result = dct(
        output, "render", *boards, "--format", "html", "--no-cache", "--no-warnings", "--output", str(pages), *chosen
    )
    if result.returncode:
        raise DashboardError(f"A board could not be rendered.\n{result.stdout}{result.stderr}")
    titles = {f"{name}.html": title(name) for name in NAMES}
    cockpit = write_cockpit(output / DATABASE, output / "index.html", titles, note, cockpit_rows(output))
    return [cockpit, *(_noted(_placed(output, name), note) for name in NAMES)]


def title(name: str) -> str:
    """The title of a board."""
    return str(yaml.safe_load((BOARDS / "charts" / f"{name}.yml").read_text())["title"])


def with_note(html: str, note: str | None) -> str:
    """A page with a note at its top, if there is one."""
    return at_top(html, f'<p role="status" style="{_BANNER}">{escape(note)}</p>') if note else html


def at_top(html: str, first: str) -> str:
    """A page that begins with a piece of HTML."""
    return re.sub(r"(<body\b[^>]*>)", lambda body: body[1] + first, html, count=1)


def _noted(page: Path, note: str | None) -> Path:
    """Put a note at the top of a page, and of the page for narrow screens beside it."""
    for each in (page, page.parent / "phone" / page.name):
        if each.exists():
            each.write_text(with_note(each.read_text(), note))
    return page


def _placed(output: Path, name: str) -> Path:
    """Move a board's two pages to where they belong, and send narrow screens from one to the other."""
    page = output / f"{name}.html"
    phone = output / "phone" / page.name
    phone.parent.mkdir(exist_ok=True)
    os.replace(output / "charts" / "phone" / page.name, phone)
    os.replace(output / "charts" / page.name, page)
    page.write_text(page.read_text().replace("</head>", TO_PHONE.format(page=f"phone/{page.name}"), 1))
    for each, cockpit in ((page, "index.html"), (phone, "../index.html")):
        each.write_text(each.read_text().replace("<body>", "<body>" + _TO_COCKPIT.format(cockpit=cockpit), 1))
    return page
