"""Write the seed crawler_agents from the package crawler-user-agents, and the package's licence: `make agents`."""

import csv
from importlib.metadata import distribution
from pathlib import Path

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

FOLDER = Path(__file__).parent


def patterns() -> list[str]:
    """The regular expressions that an agent of a bot matches, each once, in the order of their text."""
    return sorted({agent["pattern"] for agent in CRAWLER_USER_AGENTS_DATA})


def main() -> None:
    with (FOLDER / "crawler_agents.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["pattern"], *([pattern] for pattern in patterns())])
    licence = distribution("crawler-user-agents").read_text("licenses/LICENSE")
    assert licence
    (FOLDER / "crawler_agents.LICENSE").write_text(licence, encoding="utf-8")


if __name__ == "__main__":
    main()
