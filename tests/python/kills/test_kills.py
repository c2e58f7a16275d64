"""Every command is killed at random moments, by clocks that go wrong in both directions: no reader sees a half.

`make test` kills 5 times; KILLS is another number, and `make nightly` kills 200 times, half of them in a shop whose files
come from other systems.
"""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

import pandas as pd
import pytest
from deltalake import DeltaTable
from processes import start, start_rendering
from shop import LAYERS, BeforeAndAfter, Shop, assert_same

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("KILLS", "5"))
KILLS_OF_A_SHOP = 5
SOURCES = ("native", "shopify,ga4")

Start = Callable[[Shop, float], "subprocess.Popen[bytes]"]
FORCED = "{by: a test, reason: some tests may have failed}"
COMMANDS: dict[str, Start] = {
    "build": lambda shop, days: start(shop, "build", "--exclude-resource-type", "unit_test", days=days),
    "restore": lambda shop, days: start(shop, "run-operation", "restore", "--args", "{batch: 2}", days=days),
    "run": lambda shop, days: start(shop, "run", days=days),
    "publish": lambda shop, days: start(shop, "run-operation", "publish", "--args", FORCED, days=days),
    "full refresh": lambda shop, days: start(shop, "run", "--full-refresh", days=days),
    "optimize": lambda shop, days: start(shop, "run-operation", "optimize_tables", days=days),
    "snapshot": lambda shop, days: start(shop, "snapshot", days=days),
    "render": lambda shop, _: start_rendering(shop),
}
# How long each takes on this machine, as far as is known by now.
_seconds = dict.fromkeys(COMMANDS, 20.0)


def kill(shop: Shop, name: str, moments: random.Random) -> str:
    """Run a command and kill it in the middle. Returns what it had said by then."""
    while True:
        process = COMMANDS[name](shop, moments.uniform(-400, 400))
        if name != "render":
            # Before it has the warehouse it does nothing that a kill could disturb.
            while process.poll() is None and f"process {process.pid} " not in holder(shop):
                time.sleep(0.01)
        begun = time.monotonic()
        # The moment is random on purpose: no point of a run may be one that must not be hit.
        try:
            process.wait(moments.uniform(0, _seconds[name]))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        said = process.communicate()[0].decode()
        if process.returncode == -signal.SIGKILL:
            return said
        assert process.returncode in (0, 1), f"{name} ended with {process.returncode}:\n{said}"
        assert "Traceback" not in said, said
        _seconds[name] = max(time.monotonic() - begun, 0.1)


def holder(shop: Shop) -> str:
    lock = shop.warehouse / ".lock"
    return lock.read_text() if lock.exists() else ""


def scan(shop: Shop) -> None:
    """Every table can be read, and what readers see is one publication, as a whole."""
    for name in shop.names(*LAYERS):
        DeltaTable(str(shop.path(name))).to_pyarrow_table()
    shown = (shop.warehouse / "reporting").resolve()
    tables = {path.name: DeltaTable(str(path)).to_pandas() for path in shown.iterdir()}
    assert tables.keys() == {name.split(".")[1] for name in shop.names("candidate")} | {"publications"}
    last = tables["publications"].sort_values("publication_id").iloc[-1]
    assert shown.name == str(last["publication_id"])
    net_revenue = [tables[name]["net_revenue"].sum() for name in ("rpt_executive_sales", "rpt_product_performance")]
    assert net_revenue[0] == net_revenue[1], "the tables are of one run"


def rows_of(shop: Shop, schema: str) -> dict[str, pd.DataFrame]:
    return {
        name.split(".")[1]: rows for name, rows in shop.tables(schema).items() if not name.endswith(".publications")
    }


@pytest.mark.parametrize("chain", range(-(-KILLS // KILLS_OF_A_SHOP)))
def test_killed_commands_end_where_undisturbed_ones_end(
    before_and_after: BeforeAndAfter, tmp_path_factory: pytest.TempPathFactory, chain: int
) -> None:
    history, finished = before_and_after(SOURCES[chain % len(SOURCES)])
    shop = history.copy(tmp_path_factory.mktemp("killed") / "shop")
    shop.publish()
    moments = random.Random(chain)
    names = list(COMMANDS)
    done = []
    for number in range(chain * KILLS_OF_A_SHOP, min(KILLS, (chain + 1) * KILLS_OF_A_SHOP)):
        done.append(names[number % len(names)])
        said = kill(shop, done[-1], moments)
        try:
            scan(shop)
        except Exception as error:
            raise AssertionError(f"after the kills of {done}: {said}") from error
    shop.build()
    assert_same(finished.tables(*LAYERS), shop.tables(*LAYERS))
    assert not list(shop.warehouse.glob("_staged/*")), "nothing is left of what was staged"
    shop.publish()
    scan(shop)
    assert_same(rows_of(shop, "candidate"), rows_of(shop, "reporting"))
