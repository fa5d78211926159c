"""The Procfile: which processes the hub runs."""

from dataclasses import dataclass
from pathlib import Path

from infra.hub.settings import Settings


@dataclass(frozen=True)
class Process:
    """One line of the Procfile; `command` is for a shell."""

    name: str
    command: str


def parse(text: str) -> list[Process]:
    """The processes in their order; blank lines and comments are skipped. Raises ValueError."""
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            name, colon, command = line.partition(":")
            if not colon or not command.strip():
                raise ValueError(f"not a Procfile line: {line!r}")
            found.append(Process(name.strip(), command.strip()))
    return found


def read(root: Path) -> list[Process]:
    return parse((root / "Procfile").read_text(encoding="utf-8"))


def wanted(settings: Settings) -> list[Process]:
    """The processes of this stack: in production there is no simulator."""
    listed = read(settings.root)
    return [entry for entry in listed if not (settings.production and entry.name == "simulator")]
