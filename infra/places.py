"""A socket for each process, so that the gateway can give a request to the process that has the fewest.

A process holds the place at one of the sockets by a lock that ends with it, however it ends. A socket at
which nobody has the place is served by everybody until somebody comes: docs/decisions/0009.
"""

import fcntl
import os
from collections.abc import Iterable


class Places:
    """The places at sockets of these paths, as one process sees them; call it after the fork."""

    def __init__(self, paths: Iterable[str]) -> None:
        # Opened by each process for itself: a lock belongs to what was opened, and a fork would share it.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._locks = {path: os.open(f"{path}.lock", flags, 0o600) for path in paths}
        self._mine: str | None = None

    def served(self) -> set[str]:
        """Where this process should listen now: at its own place, if one is free, and where nobody is."""
        for path in self._locks:
            if self._mine is None and self._lock(path):
                self._mine = path
        return {path for path in self._locks if path == self._mine or self._is_free(path)}

    def leave(self) -> None:
        """Gives the place up: others serve it from now on."""
        if self._mine is not None:
            fcntl.flock(self._locks[self._mine], fcntl.LOCK_UN)
            self._mine = None

    def _is_free(self, path: str) -> bool:
        # Whoever comes at this very moment finds it locked, serves it all the same, and asks again soon.
        if not self._lock(path):
            return False
        fcntl.flock(self._locks[path], fcntl.LOCK_UN)
        return True

    def _lock(self, path: str) -> bool:
        try:
            fcntl.flock(self._locks[path], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
