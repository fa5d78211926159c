"""Waiting until a started stack answers, and saying why when it does not."""

import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from infra.hub import supervisor
from infra.hub.errors import HubError
from infra.hub.settings import Settings

PATIENCE_SECONDS = 90
# After this many seconds a process that keeps dying is reported instead of waited for.
CRASHING_SECONDS = 12
SHOWN_LINES = 6


def wait(settings: Settings) -> None:
    """Return when gateway, API (with database, broker, storage), web UI and simulator answer."""
    started = time.monotonic()
    waiting = addresses(settings)
    while waiting:
        waiting = {name: url for name, url in waiting.items() if not answers(url)}
        waited = time.monotonic() - started
        if waiting and waited > CRASHING_SECONDS:
            report_crashes(settings)
        if waiting and waited > PATIENCE_SECONDS:
            raise too_slow(settings, waiting)
        time.sleep(0.15 if waiting else 0)


def addresses(settings: Settings) -> dict[str, str]:
    """What has to answer, by process."""
    gateway = f"http://127.0.0.1:{settings.port}"
    wanted = {"api": f"{gateway}/readyz", "frontend": f"{gateway}/"}
    if not settings.production:
        wanted["simulator"] = f"{gateway}/simulator/"
    return wanted


def answers(url: str) -> bool:
    """Whether a GET ends with a status below 400."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 our own http address
            return int(answer.status) < 400
    except (OSError, ValueError):
        return False


def report_crashes(settings: Settings) -> None:
    """Raise for a process that cannot stay up, with the end of its log."""
    for entry in supervisor.states(settings):
        if entry["statename"] in ("BACKOFF", "FATAL"):
            raise crashed(settings, entry)


def crashed(settings: Settings, entry: dict[str, Any]) -> HubError:
    name = entry["name"]
    return HubError(
        f"{name} 프로세스가 계속 멈춥니다.",
        f"{name} keeps stopping. Its log ends with:\n{tail(settings.logs / f'{name}.log')}",
        f"./hub logs {name}",
    )


def too_slow(settings: Settings, waiting: dict[str, str]) -> HubError:
    names = ", ".join(waiting)
    logs = "\n".join(tail(settings.logs / f"{name}.log") for name in waiting)
    return HubError(
        f"{names} 이(가) {PATIENCE_SECONDS}초 안에 응답하지 않았습니다.",
        f"{names} did not answer within {PATIENCE_SECONDS} s. Log:\n{logs}",
        f"./hub logs {next(iter(waiting))}",
    )


def tail(path: Path) -> str:
    """The last lines of a log."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-SHOWN_LINES:])
