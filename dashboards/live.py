"""Serve the boards live, in this process: their dates are chosen in the browser."""

import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from functools import cache
from html import escape
from pathlib import Path

import yaml
from dbt_charts.cli.filesystem_project import FilesystemProject
from dbt_charts.core.serve.server import create_server
from dbt_charts.core.serve.shutdown import build_server
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from starlette.middleware.trustedhost import TrustedHostMiddleware

from dashboards.cockpit.page import html
from dashboards.cockpit.tables import read
from dashboards.export import DATABASE, DashboardError, cockpit_rows
from dashboards.render import BOARDS, NAMES, TO_PHONE, at_top, boards_of, environment, title, with_note

# A page elsewhere can have its own name resolve to this machine. It is told by the name that the browser asked for.
_HOSTS = ("localhost", "127.0.0.1")
_PAGES = {*NAMES, *(f"phone/{name}" for name in NAMES)}
# What a page loads: its fonts, and the stream that reloads it after a change of the board's file.
_PARTS = ("static/fonts/", "__livereload")
_BACK = '<p style="margin: 12px 24px; font: 14px system-ui, sans-serif"><a href="/">Cockpit</a></p>'
_DAYS = ("start_date", "end_date")
# What an address may choose. The rest that dbt Charts takes from an address is not for readers of a board.
_CHOICES = (*_DAYS, "sort_by")


def serve(output: Path, port: int, note: str | None = None) -> None:
    """Serve the boards until interrupted, with a note at the top of every page if there is one.

    Raises DashboardError when the port is taken or not allowed.
    """
    server = build_server(application(output, note), "localhost", port, "warning", timeout_graceful_shutdown=3)
    try:
        socket = server.config.bind_socket()
    except (SystemExit, OSError):
        raise DashboardError(f"Port {port} cannot be used: choose another one with PORT=…") from None
    print(f"Open http://localhost:{port}, and end it with Ctrl-C.", flush=True)
    with suppress(KeyboardInterrupt):
        server.run([socket])


def application(output: Path, note: str | None = None) -> FastAPI:
    """The boards, with the data in `output`, as a web application: the cockpit first, which leads to them."""
    os.environ.update(environment(output))
    os.environ.pop("DBT_TARGET_PATH", None)
    boards = create_server(FilesystemProject(boards_of(output), dbt_root=output), dialect="duckdb", no_cache=True)
    boards.state.note = note
    data = read(output / DATABASE, cockpit_rows(output))
    boards.state.cockpit = html(data, {f"{name}/": title(name) for name in NAMES}, note)
    boards.middleware("http")(_board_or_message)
    boards.add_middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False)
    return boards


async def _board_or_message(request: Request, rest: Callable[[Request], Awaitable[Response]]) -> Response:
    path = request.url.path.strip("/")
    if not path:
        return HTMLResponse(request.app.state.cockpit)
    if path.startswith(_PARTS):
        return await rest(request)
    if path not in _PAGES:
        return _message("There is no such page.", 404)
    for name in _DAYS:
        for day in request.query_params.getlist(name):
            if day and not _is_day(day):
                return _message(f"{name}: {day!r} is not a day of the form YYYY-MM-DD.", 400)
    for sorting in request.query_params.getlist("sort_by"):
        if sorting not in _sortings():
            return _message(f"sort_by: {sorting!r} is not a choice.", 400)
    for name in request.query_params:
        if name not in _CHOICES:
            return _message(f"A board has no choice {name!r}.", 400)
    return await _finished(await rest(request), path, request.app.state.note)


@cache
def _sortings() -> list[str]:
    board = yaml.safe_load((BOARDS / "charts" / "product_performance.yml").read_text())
    return list(board["variables"]["sort_by"]["options"]["static"])


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _message(text: str, status: int) -> HTMLResponse:
    return HTMLResponse(_page(escape(text)), status)


async def _finished(response: Response, page: str, note: str | None) -> Response:
    """A board with links back to the others, and a script that sends narrow screens to their own layout."""
    html = b"".join([part async for part in response.body_iterator]).decode()  # type: ignore[attr-defined]
    if page in NAMES:
        html = html.replace("</head>", TO_PHONE.format(page=f"/phone/{page}/"), 1)
    return HTMLResponse(with_note(at_top(html, _BACK), note), response.status_code)


def _page(heading: str) -> str:
    """An HTML page with a single message and a link back to the cockpit."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="UTF-8"><title>Dashboards</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>\n'
        '<body style="font: 18px/1.8 system-ui, sans-serif; margin: 3rem auto; max-width: 30rem; padding: 0 1rem">\n'
        f'<h1>{heading}</h1>\n<p><a href="/">Cockpit</a></p>\n</body></html>\n'
    )
