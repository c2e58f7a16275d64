"""The list of bots: that of the package, in a form that every engine reads alike."""

import csv
import re

from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from shop import PROJECT

from data_generator.other_traffic import BOTS, PEOPLE


def seed() -> list[str]:
    with (PROJECT / "seeds" / "crawler_agents.csv").open(encoding="utf-8", newline="") as file:
        return [row["pattern"] for row in csv.DictReader(file)]


def test_the_seed_is_the_list_of_the_package() -> None:
    assert seed() == sorted({agent["pattern"] for agent in CRAWLER_USER_AGENTS_DATA}), "run `make agents`"


def test_expressions_mean_the_same_to_python_java_and_rust() -> None:
    # No groups but plain ones, no references, and of the classes only those that differ at most beyond ASCII.
    assert [pattern for pattern in seed() if re.search(r"\(\?|\\[^dsS\W]|\[\[|&&|~~|--|[*+?}][+?]", pattern)] == []
    assert all(re.compile(pattern) for pattern in seed())


def test_the_list_knows_bots_from_people() -> None:
    known = re.compile("|".join(sorted(seed())))
    assert all(known.search(agent) for agent in BOTS)
    assert not any(known.search(agent) for agent in PEOPLE)
