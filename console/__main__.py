"""Run dbt and show what a person wants to see of it: `python -m console build --select daily_sales`.

dbt says what it does as JSON, a line for each event, which `report` turns into a bar, warnings, errors and a summary.
dbt's own log, in logs/dbt.log, is as whole as ever.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from console.report import Report


def main(arguments: list[str]) -> int:
    """Run a dbt command. Returns its exit code, or 128 and the number of the signal that ended it."""
    dbt = [
        str(Path(sys.executable).with_name("dbt")),
        "--no-use-colors",
        "--log-format",
        "json",
        "--log-format-file",
        "debug",
    ]
    # The width of a pipe is not known, and lines that are broken cannot be searched for.
    console = Console(highlight=False, soft_wrap=True)
    report = Report(console, Path(os.environ.get("DBT_LOG_PATH", "logs")) / "dbt.log")
    with report, subprocess.Popen([*dbt, *arguments], stdout=subprocess.PIPE, text=True, errors="replace") as process:
        assert process.stdout
        try:
            for line in process.stdout:
                report.line(line)
        except KeyboardInterrupt:
            # dbt got it as well, and cancels what it has begun.
            process.wait()
    code = process.returncode
    report.ended(signal.Signals(-code).name if code < 0 else None)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
