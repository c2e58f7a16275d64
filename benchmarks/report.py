"""The table of a benchmark, as Markdown."""

from pathlib import Path

from benchmarks.runs import Run

# Ends the names of runs with one thread, whose nodes do not wait for each other.
IN_TURN = "in turn"
# Ends the names of runs of the shop whose visits mostly name nobody.
ANONYMOUS = "anonymous visits"

_INTRODUCTION = """# Benchmark

`make bench` writes this page. A shop is generated without its last two days and built cold, with all tests. Three runs
follow, each like a scheduled run, with all data tests and without unit tests: *one small day* has as many rows as a day
of a shop of scale 1; *one new day* is a full day; *nothing new* has no new files.

- *DuckDB* is `benchmarks/lakehouse.duckdb.sql`: the same metrics from the same files in plain SQL, written to Parquet,
  without Delta, quarantine, incremental builds or tests.
- *empty project* is a dbt project with as many models and tests as the run before it, all of them `select 1`, on DuckDB
  in memory: the overhead of dbt itself.
- *in turn* means with one thread instead of four.
- *anonymous visits* is the same shop with browsers, where most visits name no customer and are linked to one.
- Each time is the shortest of the runs, in wall-clock time, including the start of Python and dbt.
- Memory is the peak of the process and its children; written is the growth of the folder of the tables.
"""

_PARTS = """Seconds. *start*: imports, parsing and the engine, until the first model; *nodes*: models and tests;
*end*: after the last node. *x {least:g}*: nodes and end compared with scale {least:g}; for a small day, this is
what grows with the history. The last two columns add up the threads; the number of models and tests is in
brackets. With nothing new, the engine has hardly any work. The time of *nodes* is then spent by dbt, to compile
and log each node and to find out that its inputs have not changed, in one process whose threads take turns:
compare the empty project."""

_LONGEST = """The longest nodes of the runs in turn, in seconds. A new day runs the same models and tests as a cold
build. Models that replace months write only a few of them. Models that process every customer, such as the
forecast, and tests that compare all rows, such as those of keys and balances, read the whole history."""


def write_report(path: Path, machine: dict[str, str], measured: dict[float, dict[str, list[Run]]]) -> None:
    """Write the page. measured: the runs by scale and name, among them `cold` and `DuckDB`."""
    best = {scale: {name: min(runs, key=_seconds) for name, runs in kinds.items()} for scale, kinds in measured.items()}
    lines = [_INTRODUCTION, *(f"- {name}: {value}" for name, value in machine.items()), ""]
    lines += _table(
        ["scale", "run", "seconds", "x DuckDB", "x cold", "memory GiB", "written MiB"],
        [
            [
                f"{scale:g}",
                name,
                f"{run.seconds:.1f}",
                f"{run.seconds / kinds['DuckDB'].seconds:.1f}",
                f"{run.seconds / kinds['cold'].seconds:.2f}",
                f"{run.peak_bytes / 2**30:.1f}",
                f"{run.written_bytes / 2**20:.0f}",
            ]
            for scale, kinds in best.items()
            for name, run in kinds.items()
        ],
    )
    least = min(best)
    lines += ["", "## Where the time goes", "", _PARTS.format(least=least), ""]
    lines += _table(
        ["scale", "run", "start", "nodes", "end", f"x {least:g}", "models, all threads", "tests, all threads"],
        [
            [
                f"{scale:g}",
                name,
                *(f"{run.parts[part]:.1f}" for part in ("start", "nodes", "end")),
                f"{_beyond_start(run) / _beyond_start(best[least][name]):.2f}",
                *(f"{run.parts[kind]:.1f} ({run.counts[kind]})" for kind in ("models", "tests")),
            ]
            for scale, kinds in best.items()
            for name, run in kinds.items()
            if run.parts
        ],
    )
    lines += ["", _LONGEST, ""]
    lines += _table(
        ["scale", "run", "nodes"],
        [
            [f"{scale:g}", name, ", ".join(f"{node} {run.nodes[node]:.1f}" for node in _longest(run))]
            for scale, kinds in best.items()
            for name, run in kinds.items()
            if name.endswith(IN_TURN)
        ],
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def _longest(run: Run) -> list[str]:
    return sorted(run.nodes, key=lambda node: -run.nodes[node])[:8]


def _beyond_start(run: Run) -> float:
    return run.parts["nodes"] + run.parts["end"]


def _seconds(run: Run) -> float:
    return run.seconds


def _table(header: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(header), *rows)]
