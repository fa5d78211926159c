"""What the hub says while it works."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    """One line on standard output, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """One text on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def step(korean: str, english: str) -> Iterator[None]:
    """Announce a step before it starts, and its seconds when it took long enough to notice."""
    say(f"• {korean} ({english})")
    started = time.monotonic()
    yield
    seconds = time.monotonic() - started
    if seconds >= 2:
        say(f"  {seconds:.0f}s · {english}")
