"""The command line."""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from data_generator import __version__
from data_generator.download import DATA_SET, LICENCE, download
from data_generator.errors import UserError
from data_generator.generate import generate
from data_generator.options import FORMATS, LAYOUTS, SOURCES, GenerateOptions

_USER_ERROR = 2
_INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Reports a wrong argument in one line, without the usage in front of it."""

    def error(self, message: str) -> NoReturn:
        self.exit(_USER_ERROR, f"error: {message} (see {self.prog} --help)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; returns the exit code: 0 done, 2 user error, 130 interrupted."""
    parsed = _parser().parse_args(arguments)
    try:
        print(_generate(parsed) if parsed.command == "generate" else _download(parsed))
    except UserError as error:
        return _failed(str(error))
    except MemoryError:
        return _failed("not enough memory; choose a smaller --scale")
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        return _failed(f"cannot fill {parsed.output}: {error.strerror or error}{place}")
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return _INTERRUPTED
    return 0


def _failed(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return _USER_ERROR


def _generate(parsed: argparse.Namespace) -> str:
    values = vars(parsed)
    options = GenerateOptions(**{name: value for name, value in values.items() if name != "command"})
    result = generate(options)
    return f"{options.output}: {result.rows:,} rows in {result.files:,} files, {result.bytes / 1e6:,.1f} MB"


def _download(parsed: argparse.Namespace) -> str:
    size = download(parsed.output, force=parsed.force)
    return f"{parsed.output}: 7 files, {size / 1e6:,.1f} MB, of Kaggle's {DATA_SET} ({LICENCE})"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m data_generator", description="Fills the landing folder with the raw files of a web shop."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    default = GenerateOptions()
    with_defaults = argparse.ArgumentDefaultsHelpFormatter

    make = commands.add_parser(
        "generate",
        help="make deterministic data at any scale",
        description="Makes the files of a web shop. The same arguments give the same bytes.",
        formatter_class=with_defaults,
    )
    _add_target(make, default)
    add = make.add_argument
    add("--scale", type=float, default=default.scale, help="1 = 20,000 customers, 120,000 sessions, 760,000 events")
    add("--seed", type=int, default=default.seed, help="0 or more; another seed is another shop")
    add("--start", type=_day, default=default.start, metavar="YYYY-MM-DD", help="first day of the sessions")
    add("--end", type=_day, default=default.end, metavar="YYYY-MM-DD", help="last day of the sessions")
    add("--layout", choices=LAYOUTS, default=default.layout, help="a file per entity, or per entity and day")
    add(
        "--source",
        type=lambda text: tuple(name.strip() for name in text.split(",")),
        default=",".join(default.source),
        metavar="NAMES",
        help=f"systems whose exports are written, separated by commas: {', '.join(SOURCES)}",
    )
    add("--format", choices=FORMATS, default=default.format, help="ending of the files; that of a source by default")
    add("--dirty-rate", type=float, default=default.dirty_rate, metavar="SHARE", help="share of dirty rows, 0 to 1")
    add(
        "--late-rate",
        type=float,
        default=default.late_rate,
        metavar="SHARE",
        help="share of fact rows delivered 1 to 30 days late, 0 to 1; daily layout only",
    )
    add(
        "--books",
        action="store_true",
        help="orders with status, currency, tax, shipping and tips, with refunds; of native or shopify",
    )
    add(
        "--time-zone", default=default.time_zone, metavar="ZONE", help="the shop's time zone, of its days; with --books"
    )

    add("--campaigns", action="store_true", help="first pages and referrers of the sessions, and costs of campaigns")
    add("--browsers", action="store_true", help="sessions with their browser, most of them without their customer")
    add(
        "--other-traffic",
        type=float,
        default=default.other_traffic,
        metavar="SHARE",
        help="sessions of bots, of the shop's own people and of others like them, per session of a customer, 0 to 1",
    )
    add("--searches", action="store_true", help="events of visitors who search in the shop")

    fetch = commands.add_parser(
        "download",
        help="fetch the data set from Kaggle",
        description=f"Downloads {DATA_SET} from Kaggle ({LICENCE}). Needs the package kagglehub.",
        formatter_class=with_defaults,
    )
    _add_target(fetch, default)
    return parser


def _add_target(command: argparse.ArgumentParser, default: GenerateOptions) -> None:
    command.add_argument("--output", type=Path, default=default.output, metavar="FOLDER", help="the landing folder")
    command.add_argument("--force", action="store_true", help="replace the entity files that are already there")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a day of the form YYYY-MM-DD") from None
