"""Results: a table to read, and a line of CSV per measure under docs/benchmarks/."""

import csv
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = ("at", "commit", "cores", "measure", "value", "unit", "bar")


class Report:
    """Measures of one benchmark."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows: list[tuple[str, float, str, str]] = []

    def add(self, measure: str, value: float, unit: str, bar: str = "") -> None:
        """One measure, said at once: the rest takes long. `bar` is what to compare it with, in words."""
        self._rows.append((measure, round(value, 3), unit, bar))
        sys.stderr.write(f"{measure}: {value:.3f} {unit} {bar}".rstrip() + "\n")

    def finish(self) -> None:
        """Prints the table and appends to the CSV."""
        self._print()
        path = ROOT / "docs" / "benchmarks" / f"{self._name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            if is_new:
                writer.writerow(COLUMNS)
            stamp = (datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), _commit(), os.cpu_count())
            writer.writerows([(*stamp, *row) for row in self._rows])

    def _print(self) -> None:
        table = [("MEASURE", "VALUE", "UNIT", "BAR"), *[tuple(map(str, row)) for row in self._rows]]
        widths = [max(len(row[i]) for row in table) for i in range(4)]
        sys.stdout.write(f"\n{self._name}\n")
        for row in table:
            cells = [row[0].ljust(widths[0]), row[1].rjust(widths[1]), row[2].ljust(widths[2]), row[3]]
            sys.stdout.write("  ".join(cells).rstrip() + "\n")


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
