"""The command line of the boards: see `python -m dashboards --help`."""

import argparse
import csv
import os
import sys
from contextlib import redirect_stdout
from datetime import date

from dbt.adapters.spark_connect.store.objects import is_url
from dbt_common.exceptions import DbtRuntimeError

from dashboards.export import OUTPUT, PROJECT, DashboardError, Exported, export, lock, parse_project
from dashboards.lakeview import write_lakeview
from dashboards.live import serve
from dashboards.metrics import ask
from dashboards.render import render
from dashboards.screenshots import browser, take

PICTURES = PROJECT / "docs" / "images"


def main() -> int:
    """Run a command. Returns its exit code; a user's mistake is 1 and a message without a stack trace."""
    options = _parser().parse_args()
    try:
        return int(options.run(options) or 0)
    except DashboardError as error:
        print(f"error: {error}", file=sys.stderr)
    except DbtRuntimeError as error:
        print(f"error: {error.msg}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dashboards", description=__doc__)
    commands = parser.add_subparsers(required=True)

    command = commands.add_parser("render", help="export the tables and render the boards to static pages")
    command.add_argument("--start-date", type=_day, help="first day, YYYY-MM-DD; without it the first of the data")
    command.add_argument("--end-date", type=_day, help="last day, YYYY-MM-DD; without it the last of the data")
    command.set_defaults(run=_render)

    command = commands.add_parser("serve", help="export the tables and serve the boards live")
    command.add_argument("--port", type=int, default=8080)
    command.set_defaults(run=_serve)

    command = commands.add_parser(
        "query", help="export the tables and answer with the metrics of the semantic layer, as CSV"
    )
    command.add_argument("metrics", nargs="+", metavar="METRIC", help="such as net_revenue")
    command.add_argument("--by", nargs="+", default=[], metavar="DIMENSION", help="such as source, month")
    command.add_argument(
        "--where", help="a condition of MetricFlow: \"{{ Dimension('order_line__source') }} = 'paid'\""
    )
    command.add_argument("--start-date", type=_day, help="first day, YYYY-MM-DD")
    command.add_argument("--end-date", type=_day, help="last day, YYYY-MM-DD")
    command.set_defaults(run=_query)

    command = commands.add_parser("screenshots", help="render the boards and take their pictures for the README")
    command.set_defaults(run=_screenshots)

    command = commands.add_parser("databricks", help="write the AI/BI dashboards of Databricks from analyses/")
    command.set_defaults(run=lambda _: write_lakeview())
    return parser


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day of the form YYYY-MM-DD") from None


def _export() -> Exported:
    # The boards name customers.
    OUTPUT.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock(OUTPUT)
    parse_project(OUTPUT)
    exported = export(_warehouse(), OUTPUT)
    print(f"The boards show the data up to {exported.last_date or 'no day, as there is no data'}.")
    if exported.reason:
        print(f"WARNING: this is not what passed all tests last. {exported.reason}")
    if exported.newer:
        print(
            "WARNING: newer tables were not published, so the boards keep the last data that was: "
            f"{', '.join(exported.newer)}.\n`dbt run-operation publications` says what they wait for."
        )
    return exported


def _warehouse() -> str:
    warehouse = os.environ.get("LAKEHOUSE_WAREHOUSE", "warehouse")
    return warehouse if is_url(warehouse) else str(PROJECT / warehouse)


def _render(options: argparse.Namespace) -> None:
    if options.start_date and options.end_date and options.start_date > options.end_date:
        raise DashboardError(f"The first day, {options.start_date}, is after the last, {options.end_date}.")
    print("Open", render(OUTPUT, options.start_date, options.end_date, _note(_export()))[0])


def _serve(options: argparse.Namespace) -> None:
    serve(OUTPUT, options.port, _note(_export()))


def _note(exported: Exported) -> str | None:
    return f"These figures are not the last that passed every test. {exported.reason}" if exported.reason else None


def _query(options: argparse.Namespace) -> None:
    with redirect_stdout(sys.stderr):
        _export()
    days = (date.fromisoformat(day) if day else None for day in (options.start_date, options.end_date))
    answer = ask(OUTPUT, options.metrics, options.by, options.where, *days)
    csv.writer(sys.stdout).writerows([answer.columns, *answer.rows])


def _screenshots(_: argparse.Namespace) -> None:
    _export()
    pages = render(OUTPUT)
    with browser() as window:
        for picture in take(window, pages, PICTURES):
            print(picture.relative_to(PROJECT), f"{picture.stat().st_size:,} bytes")


if __name__ == "__main__":
    sys.exit(main())
