"""Rule E06: number lists that a program made up may not be texted.

공직선거법 제82조의5 제6항: nobody may send campaign information to numbers that were produced automatically
by combining digits or letters. Such lists show: most of their numbers lie in even steps, people's do not.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

RUN = 5  # numbers in even steps; among a million random numbers fewer than one such run is expected
STEPS = (1, 2, 5, 10, 100, 1_000, 10_000)
SHARE = 0.3
FEWEST = 30  # an office's extensions are a run too
MANY = 1_000  # of whatever share: a made-up block among real numbers
EXAMPLES = 3
_SUBSCRIBERS = 10**8
_REACH_BYTES = (RUN - 1) * max(STEPS) // 8
_OWN_BYTES = 250_000
_OWN = ((1 << _OWN_BYTES * 8) - 1) << _REACH_BYTES * 8
# At the beginning of a line.
_MOBILE = re.compile(r"^[^\d\n]*(?:82[-. ]?)?0?10[-. )]*(\d{4})[-. ]?(\d{4})(?!\d)", re.ASCII | re.MULTILINE)


class Generated(NamedTuple):
    """A list that looks made up: the share of its mobiles (0 to 1) that lie in runs, and some of these."""

    share: float
    examples_masked: list[str]


class NumberSurvey:
    """Watches a file's mobiles pass, in one bit for each that can exist: 12.5 MB, once one was seen."""

    def __init__(self) -> None:
        self._seen = bytearray()

    def add(self, cells: Iterable[str]) -> None:
        """Looks at the phone cells of some rows; what is no mobile is left aside."""
        lines = [cell.replace("\n", "\r") if "\n" in cell else cell for cell in cells]
        found = _MOBILE.findall("\n".join(lines))
        if found and not self._seen:
            self._seen = bytearray(_SUBSCRIBERS // 8)
        seen = self._seen
        for middle, last in found:
            number = int(middle + last)
            seen[number >> 3] |= 1 << (number & 7)

    def verdict(self) -> Generated | None:
        """None for a list as people give it."""
        total = count = 0
        examples: list[str] = []
        for first, seen in self._pieces():
            total += (seen & _OWN).bit_count()
            runs = 0
            for step in STEPS:
                runs |= _in_runs(seen, step)
            runs &= _OWN
            count += runs.bit_count()
            if len(examples) < EXAMPLES:
                examples += _examples(runs, first)
        if count < FEWEST or (count < SHARE * total and count < MANY):
            return None
        return Generated(round(count / total, 3), list(dict.fromkeys(examples))[:EXAMPLES])

    def _pieces(self) -> Iterator[tuple[int, int]]:
        """(number of its first bit, bits) of pieces that fit into the processor's cache: a tenth of the time.

        A piece has its own numbers between those of its neighbours that may be in a run with them.
        """
        for start in range(0, len(self._seen), _OWN_BYTES):
            before = max(0, start - _REACH_BYTES)
            seen = int.from_bytes(self._seen[before : start + _OWN_BYTES + _REACH_BYTES], "little")
            if seen:
                yield start * 8, seen << (before - start + _REACH_BYTES) * 8


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


def _examples(runs: int, start: int) -> list[str]:
    """The first numbers of the first runs of a piece, without their last two digits."""
    shown: dict[str, None] = {}
    while runs and len(shown) < EXAMPLES:
        number = start + (runs & -runs).bit_length() - 1 - _REACH_BYTES * 8
        shown[f"010-{number // 10_000:04}-{number % 10_000 // 100:02}**"] = None
        beyond = number // 100 * 100 + 100 - start + _REACH_BYTES * 8
        runs = runs >> beyond << beyond
    return list(shown)
