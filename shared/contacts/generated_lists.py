"""Rule E06: number lists that a program made up may not be texted.

공직선거법 제82조의5 제6항: nobody may send campaign information to numbers that were produced automatically
by combining digits or letters. Such lists show: most of their numbers lie in even steps, people's do not.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

RUN = 5  # numbers in even steps; among a million random numbers fewer than one such run is expected
STEPS = (1, 2, 5, 10, 100, 1_000, 10_000)
SHARE = 0.3
FEWEST = 30  # an office's extensions are a run too
MANY = 1_000  # of whatever share: a made-up block among real numbers
EXAMPLES = 3
_SUBSCRIBERS = 10**8
_MOBILE = re.compile(r"\D*(?:82[-. ]?)?0?10[-. )]*(\d{4})[-. ]?(\d{4})(?!\d)", re.ASCII)


class Generated(NamedTuple):
    """A list that looks made up: the share of its mobiles (0 to 1) that lie in runs, and some of these."""

    share: float
    examples_masked: list[str]


class NumberSurvey:
    """Watches a file's mobiles pass, in one bit for each that can exist: 12.5 MB, once one was seen."""

    def __init__(self) -> None:
        self._seen = bytearray()

    def add(self, cells: Sequence[str]) -> None:
        """Looks at the phone cells of a row; what is no mobile is left aside."""
        for cell in cells:
            if match := _MOBILE.match(cell):
                number = int(match[1] + match[2])
                if not self._seen:
                    self._seen = bytearray(_SUBSCRIBERS // 8)
                self._seen[number >> 3] |= 1 << (number & 7)

    def verdict(self) -> Generated | None:
        """None for a list as people give it."""
        seen = int.from_bytes(self._seen, "little")
        total = seen.bit_count()
        if total < FEWEST:
            return None
        runs = 0
        for step in STEPS:
            runs |= _in_runs(seen, step)
        count = runs.bit_count()
        if count < FEWEST or (count < SHARE * total and count < MANY):
            return None
        return Generated(round(count / total, 3), _examples(runs))


def _in_runs(seen: int, step: int) -> int:
    """The numbers that are among RUN seen ones at a distance of one step each."""
    first = seen
    for i in range(1, RUN):
        first &= seen >> (i * step)
        if not first:
            return 0
    members = first
    for i in range(1, RUN):
        members |= first << (i * step)
    return members


def _examples(runs: int) -> list[str]:
    """The first numbers of the first runs, without their last two digits."""
    shown: dict[str, None] = {}
    while runs and len(shown) < EXAMPLES:
        number = (runs & -runs).bit_length() - 1
        shown[f"010-{number // 10_000:04}-{number % 10_000 // 100:02}**"] = None
        beyond = number // 100 * 100 + 100
        runs = runs >> beyond << beyond
    return list(shown)
