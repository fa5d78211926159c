"""`./hub logs`: the last lines of the processes' logs, and following them."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from infra.hub import supervisor
from infra.hub.errors import HubError
from infra.hub.settings import Settings
from infra.hub.terminal import say

LAST_LINES = 40
LAST_BYTES = 64_000


def show(settings: Settings, name: str | None, *, following: bool) -> int:
    """Print the end of one log or of all; with `following` go on until Ctrl-C."""
    for log in chosen(settings, name):
        for text in last_lines(log):
            say(short(log.stem, text))
    if following:
        try:
            follow(settings, name, alive=lambda: True)
        except KeyboardInterrupt:
            say()
    return 0


def chosen(settings: Settings, name: str | None) -> list[Path]:
    """The log files to read. Raises `HubError` for a process that does not exist."""
    known = [entry.name for entry in supervisor.apps(settings)] + ["postgres", "redis"]
    if name and name not in known:
        raise HubError(
            f"{name} 프로세스는 없습니다.",
            f"there is no process {name}; there are {', '.join(known)}.",
            f"./hub logs {known[0]}",
        )
    wanted = [name] if name else known
    return [log for log in (settings.logs / f"{each}.log" for each in wanted) if log.exists()]


def last_lines(log: Path) -> list[str]:
    """The end of a log, without reading all of it."""
    with open(log, "rb") as stream:
        stream.seek(max(log.stat().st_size - LAST_BYTES, 0))
        return stream.read().decode(errors="replace").splitlines()[-LAST_LINES:]


def follow(settings: Settings, name: str | None, *, alive: Callable[[], bool]) -> None:
    """Print lines as they come while `alive`; a rotated file is opened anew."""
    readers: dict[Path, IO[str]] = {}
    started = False
    while alive():
        for log in chosen(settings, name):
            if log in readers and rotated(log, readers[log]):
                readers.pop(log).close()
            if log not in readers:
                readers[log] = open_at(log, end=not started)
            for text in readers[log]:
                say(short(log.stem, text.rstrip("\n")))
        started = True
        time.sleep(0.3)


def open_at(log: Path, *, end: bool) -> IO[str]:
    stream = open(log, encoding="utf-8", errors="replace")  # noqa: SIM115 closed on rotation
    stream.seek(0, 2 if end else 0)
    return stream


def rotated(log: Path, stream: IO[str]) -> bool:
    """Whether the file we read is no longer the one under this name, or was cut."""
    try:
        now = log.stat()
    except OSError:
        return True
    return now.st_size < stream.tell()


def short(name: str, text: str) -> str:
    """One line for a person: our JSON records as `event key=value`, all else as it stands."""
    return f"{name:<15}| {readable(text)}"


def readable(text: str) -> str:
    try:
        record = json.loads(text)
    except ValueError:
        return text
    if not isinstance(record, dict):
        return text
    if "path" in record and "status" in record and "method" in record:
        return f"{record['method']} {record['path']} {record['status']} {record.get('seconds', '')}s"
    headline = [str(record.pop(key, "")) for key in ("level", "event")]
    for noise in ("timestamp", "time", "logger"):
        record.pop(noise, None)
    rest = [f"{key}={found}" for key, found in record.items()]
    return " ".join(filter(None, headline + rest))
