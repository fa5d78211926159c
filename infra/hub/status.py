"""`./hub status`: one line per process."""

import time
from pathlib import Path
from typing import Any

from infra.hub import supervisor
from infra.hub.settings import Settings
from infra.hub.terminal import say

NAME = 19  # columns


def status(settings: Settings) -> int:
    """Print the lines; 1 when something that should run does not."""
    if supervisor.running(settings) is None or not supervisor.answers(settings):
        say("실행 중이 아닙니다 (not running) → ./hub up")
        return 1
    entries = supervisor.states(settings)
    say(f"{'process':<{NAME}}{'state':<10}{'pid':>8}{'uptime':>12}{'memory':>10}")
    for entry in sorted(entries, key=lambda entry: str(entry["name"])):
        say(line(entry))
    return 0 if all(entry["statename"] == "RUNNING" for entry in entries) else 1


def line(entry: dict[str, Any]) -> str:
    """name, state, pid, uptime, memory of the whole process tree."""
    name, state, pid = entry["name"], entry["statename"], entry["pid"]
    if not pid:
        return f"{name:<{NAME}}{state:<10}{'-':>8}{'-':>12}{'-':>10}"
    uptime = duration(int(time.time()) - entry["start"])
    memory = sum(memory_of(member) for member in tree(pid))
    return f"{name:<{NAME}}{state:<10}{pid:>8}{uptime:>12}{memory // 1024:>7} MB"


def duration(seconds: int) -> str:
    """5s, 12m 03s, 3h 20m or 4d 07h."""
    minutes, seconds = divmod(max(seconds, 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}d {hours:02}h"
    if hours:
        return f"{hours}h {minutes:02}m"
    return f"{minutes}m {seconds:02}s" if minutes else f"{seconds}s"


def tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for place in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = place.read_text(encoding="ascii").split()
        except OSError:
            continue
        found += [member for child in children for member in tree(int(child))]
    return found


def memory_of(pid: int) -> int:
    """KiB a process holds, shared pages divided among their users; 0 when it is gone."""
    for name, field in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            text = Path(f"/proc/{pid}/{name}").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        values = [row.split()[1] for row in text.splitlines() if row.startswith(field)]
        if values:
            return int(values[0])
    return 0
