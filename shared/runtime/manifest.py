"""The function set: found by importing every file under functions/. `./hub functions` prints it."""

import importlib
import pkgutil
import sys
from functools import lru_cache
from pathlib import Path

import functions
from shared.runtime.triggers import FUNCTIONS, FunctionSet


@lru_cache(maxsize=1)
def load_functions() -> FunctionSet:
    """Imports every function file once and returns the set."""
    for module in pkgutil.walk_packages(functions.__path__, "functions."):
        importlib.import_module(module.name)
    return FUNCTIONS


def rows(functions_found: FunctionSet) -> list[tuple[str, str, str, str]]:
    """(name, trigger, role or queue, file) for each function, sorted by file."""
    found = [
        (f.name, f"{f.method} {f.path}", f.role.value if f.role else "everybody", f.module)
        for f in functions_found.http
    ]
    found += [(f.name, "actor", f.queue, f.module) for f in functions_found.actors]
    found += [(f.name, f"schedule {f.cron}", "", f.module) for f in functions_found.schedules]
    return sorted(
        [(name, trigger, who, module.replace(".", "/") + ".py") for name, trigger, who, module in found],
        key=lambda row: row[3],
    )


def main() -> None:
    """Prints the function set as a table."""
    table = [("FUNCTION", "TRIGGER", "ROLE / QUEUE", "FILE"), *rows(load_functions())]
    widths = [max(len(row[i]) for row in table) for i in range(4)]
    for row in table:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(line.rstrip() + "\n")
    files = {row[3] for row in table[1:]}
    sys.stdout.write(f"{len(table) - 1} functions in {len(files)} files under {Path('functions')}/\n")


if __name__ == "__main__":
    main()
