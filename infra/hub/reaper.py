"""A supervisord event listener: when a process ends, what is left of its process group ends too.

A master that is killed (out of memory, kill -9) cannot take its workers along. They would keep the
port or go on taking work beside those of the new master. Runs as a script, standard library only.
Protocol: supervisord's "Event Listeners" documentation.
"""

import contextlib
import os
import signal
import sys


def fields(text: str) -> dict[str, str]:
    """The `key:value key:value` of a header or a payload."""
    return dict(item.split(":", 1) for item in text.split())


def reap(group: int) -> None:
    """Kill the group; its number cannot have been reused while members of it live."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def main() -> None:
    """Answer events until supervisord closes the pipe."""
    while True:
        sys.stdout.write("READY\n")
        sys.stdout.flush()
        header = sys.stdin.readline()
        if not header:
            return
        payload = fields(sys.stdin.read(int(fields(header)["len"])))
        if payload.get("pid", "").isdecimal():
            reap(int(payload["pid"]))
        sys.stdout.write("RESULT 2\nOK")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
