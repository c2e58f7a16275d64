"""The cockpit as one HTML file: template, style, script and data in one."""

import json
import re
from html import escape
from pathlib import Path

from dashboards.cockpit.tables import Data, read

_PAGE = Path(__file__).with_name("page")
# In the order in which they use each other.
_SCRIPTS = ("data", "sums", "explain", "format", "state", "draw", "view", "main")


def write_cockpit(
    database: Path, page: Path, boards: dict[str, str], note: str | None = None, limit: int | None = None
) -> Path:
    """Write the page from the database that the boards read.

    boards: titles of the other boards by their file names, which the page links to. note: what has to be known of the
    data, at the top. limit: see `read`. Returns the page.
    """
    page.write_text(html(read(database, limit), boards, note), encoding="utf-8")
    return page


def html(data: Data, boards: dict[str, str], note: str | None = None) -> str:
    """The page. No text of the data can become markup: it is JSON without `<`, and base64."""
    packed = {
        "figures": data.figures,
        "sessions": data.sessions,
        "session_ids": data.session_ids,
        "order_ids": data.order_ids,
    }
    header = {
        **data.header,
        "note": note,
        "layouts": {name: part.columns for name, part in packed.items()},
    }
    parts = {
        "style": (_PAGE / "style.css").read_text(encoding="utf-8"),
        "script": script(),
        "note": f'<p class="note" role="status">{escape(note)}</p>' if note else "",
        "boards": "\n".join(f'<a href="{escape(name)}">{escape(title)}</a>' for name, title in boards.items()),
        "header": json.dumps(header, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        **{name: part.text for name, part in packed.items()},
    }
    template = (_PAGE / "index.html").read_text(encoding="utf-8")
    return re.sub(r"{{ (\w+) }}", lambda place: parts[place[1]], template)


def script() -> str:
    """The page's script: its files in one scope."""
    return "\n".join((_PAGE / f"{name}.js").read_text(encoding="utf-8") for name in _SCRIPTS)
