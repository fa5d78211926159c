"""`python -m tests.benchmarks [dedup|export|faults|import|search|send …]`; all of them when none is named.

`search:100000` measures at another size than its own, `faults:nhn`, `faults:sens` and `faults:aligo`
at another carrier (`faults:nhn:5000` with so many people).
"""

import sys
from collections.abc import Callable

from tests.benchmarks import bench_dedup, bench_export, bench_faults, bench_import, bench_search, bench_send

# Searches first: large lists leave a search for similar people behind them.
BENCHMARKS: dict[str, Callable[..., None]] = {
    "search": bench_search.run,
    "import": bench_import.run,
    "dedup": bench_dedup.run,
    "export": bench_export.run,
    "send": bench_send.run,
    "faults": bench_faults.run,
}


def main(names: list[str]) -> int:
    """Runs benchmarks by name. 2 for an unknown name."""
    unknown = [name for name in names if name.partition(":")[0] not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"unknown benchmark {unknown[0]}; there are: {', '.join(BENCHMARKS)}\n")
        return 2
    for name in names or BENCHMARKS:
        benchmark, _, size = name.partition(":")
        BENCHMARKS[benchmark](*([int(size) if size.isdecimal() else size] if size else []))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
