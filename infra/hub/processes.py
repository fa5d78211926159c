"""Running programs and reading what /proc tells about them."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.hub.errors import HubError
from infra.hub.settings import service_user

SHOWN_LINES = 6


def run(
    argv: Sequence[str],
    *,
    as_service: bool = False,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> str:
    """Run to the end and return its output; raises `HubError` with its last lines."""
    finished = subprocess.run(  # noqa: S603 argv is ours, no shell
        found(argv, environment),
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=dict(environment) if environment is not None else None,
        cwd=directory or "/",
        check=False,
        **(service_identity() if as_service else {}),
    )
    if finished.returncode:
        raise failed(argv, finished.stdout)
    return str(finished.stdout)


def found(argv: Sequence[str], environment: Mapping[str, str] | None) -> list[str]:
    """`argv` with its program looked up in the child's PATH. Raises `HubError` when missing."""
    path = (environment or os.environ).get("PATH")
    program = shutil.which(argv[0], path=path)
    if program is None:
        name = Path(argv[0]).name
        raise HubError(f"{name} 프로그램이 없습니다.", f"the program {name} is missing.", "./hub up")
    return [program, *argv[1:]]


def succeeds(argv: Sequence[str], *, as_service: bool = False) -> bool:
    """Whether a program starts and ends well; it may leave daemons behind. Its words are dropped."""
    try:
        finished = subprocess.run(  # noqa: S603 argv is ours, no shell
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            check=False,
            **(service_identity() if as_service else {}),
        )
    except OSError:
        return False
    return finished.returncode == 0


def failed(argv: Sequence[str], output: str) -> HubError:
    """A program ended with an error: its name and what it said, shortened."""
    name = Path(argv[0]).name
    said = excerpt(output)
    return HubError(
        f"{name} 실행에 실패했습니다.",
        f"{name} failed. It said:\n{said}" if said else f"{name} failed without a word.",
    )


def excerpt(output: str) -> str:
    """The first and the last lines: some programs give the reason first, others last."""
    lines = [line for line in output.strip().splitlines() if line.strip()]
    if len(lines) <= 2 * SHOWN_LINES:
        return "\n".join(lines)
    return "\n".join([*lines[:SHOWN_LINES], "…", *lines[-SHOWN_LINES:]])


def service_identity() -> dict[str, Any]:
    """Arguments that make `subprocess` drop root for the service account."""
    user = service_user()
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def command_line(pid: int) -> str:
    """The command line of a live process, or "" when there is none."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def pid_in(path: Path, expected: str) -> int | None:
    """The pid written in `path` if that process lives and its command line has `expected`.

    After a power loss the number may belong to somebody else; hence `expected`.
    """
    try:
        pid = int(path.read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if expected in command_line(pid) else None


def wait_until(condition: Callable[[], bool], seconds: float, every: float = 0.1) -> bool:
    """Whether `condition` came true within `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(every)
    return condition()


def stop(pid: int, expected: str, number: signal.Signals, seconds: float) -> bool:
    """Signal one process and wait for its end; True when it is gone."""
    if expected in command_line(pid):
        os.kill(pid, number)
    return wait_until(lambda: expected not in command_line(pid), seconds)
