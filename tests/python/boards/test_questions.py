"""The README's questions: each has one command, which prints the whole answer."""

import re
import shlex

import pytest
from shop import PROJECT, Shop

pytestmark = pytest.mark.slow

CHAPTER = (PROJECT / "README.md").read_text().split("### Questions, and where the answer is")[1].split("\n## ")[0]
COMMANDS = re.findall(r"^\| .*\? \| `dbt (.*)` \|$", CHAPTER, re.MULTILINE)


def test_every_question_has_a_command() -> None:
    assert len(COMMANDS) == len([line for line in CHAPTER.splitlines() if "? |" in line]) >= 6


def test_each_command_prints_its_whole_answer(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        capsys.readouterr()
        shop.succeed("--no-quiet", *shlex.split(command))
        table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
        limit = int(re.search(r"--limit (\d+)|$", command).group(1) or 5)  # type: ignore[union-attr]
        rows = table[2:]
        assert 1 <= len(rows) < limit, f"{command}: there may be more rows than are shown"
        assert max(len(line) for line in table) <= 100, command
        assert "..." not in "\n".join(table), f"{command}: something is cut off"
