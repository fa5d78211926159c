"""Where everything is: the two settings HANPYO_HOME and HANPYO_PORT and what follows from them."""

import hashlib
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.hub.errors import HubError

ROOT = Path(__file__).resolve().parents[2]
SHARED_STATE = Path("/var/lib/hanpyo")
# sun_path is 108 bytes; room is left for ".s.PGSQL.65535.lock".
LONGEST_SOCKET_DIRECTORY = 80


@dataclass(frozen=True)
class Settings:
    """The places and ports of one stack; two stacks differ in `home` and `port` only."""

    home: Path
    port: int
    outside: Mapping[str, str] = field(default_factory=dict)
    root: Path = ROOT

    @property
    def api_port(self) -> int:
        return self.port + 1

    @property
    def frontend_port(self) -> int:
        return self.port + 2

    @property
    def simulator_port(self) -> int:
        return self.port + 3

    @property
    def postgres_port(self) -> int:
        return self.port + 4

    @property
    def redis_port(self) -> int:
        return self.port + 5

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def run(self) -> Path:
        return self.home / "run"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def venv(self) -> Path:
        return Path(self.outside.get("HANPYO_VENV") or self.home / "venv").absolute()

    @property
    def frontend(self) -> Path:
        """Where built frontends are kept, one directory per hash of the sources."""
        return Path(self.outside.get("HANPYO_FRONTEND_HOME") or self.home / "frontend").absolute()

    @property
    def production(self) -> bool:
        return self.outside.get("HANPYO_ENV", "development") == "production"

    @property
    def private_postgres(self) -> bool:
        return not self.outside.get("DATABASE_URL")

    @property
    def private_redis(self) -> bool:
        return not self.outside.get("REDIS_URL")

    @property
    def sockets(self) -> Path:
        """A directory short enough for unix sockets; /tmp when `home` is too deep."""
        if len(str(self.run)) <= LONGEST_SOCKET_DIRECTORY:
            return self.run
        return Path("/tmp") / f"hanpyo-{os.getuid()}-{self.digest}"  # noqa: S108 made 0700 by us

    @property
    def digest(self) -> str:
        """A short name for this home, stable across starts."""
        return fingerprint(str(self.home))

    @property
    def service_root(self) -> Path:
        """Where PostgreSQL, Redis and nginx keep their files.

        PostgreSQL refuses to run as root, so root starts it as `service_user`; a home that user
        cannot reach (a clone under /root) moves these files to /var/lib/hanpyo/<name>.
        """
        if os.getuid() != 0 or reachable_by_others(self.home):
            return self.home
        return SHARED_STATE / f"{self.home.parent.name}-{self.digest}"


def from_environment(outside: Mapping[str, str]) -> Settings:
    """Read HANPYO_HOME and HANPYO_PORT; the only place that does. Raises `HubError`."""
    home = Path(outside.get("HANPYO_HOME") or ROOT / ".hub").expanduser().absolute()
    port = parse_port(outside.get("HANPYO_PORT") or "8080")
    return Settings(home=home, port=port, outside=without_our_choices(outside))


def mark(chosen: Mapping[str, str]) -> str:
    """The value of HANPYO_CHOSEN: names the hub has filled in, each with a digest of its value."""
    return " ".join(f"{name}:{fingerprint(text)}" for name, text in chosen.items())


def without_our_choices(outside: Mapping[str, str]) -> dict[str, str]:
    """The environment minus what a hub chose (for this home or another) and nobody changed since.

    Tests run inside one stack's environment and start a second stack; what the first chose must
    not look like the operator's own DATABASE_URL.
    """
    marks = dict(item.split(":", 1) for item in outside.get("HANPYO_CHOSEN", "").split())
    ours = {name for name, sign in marks.items() if fingerprint(outside.get(name, "")) == sign}
    return {name: text for name, text in outside.items() if name not in ours | {"HANPYO_CHOSEN"}}


def fingerprint(text: str) -> str:
    """A short digest for comparing, not for security."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def parse_port(text: str) -> int:
    """A base port that leaves room for the five after it and needs no privilege."""
    if text.isdecimal() and 1024 <= int(text) <= 65530:
        return int(text)
    raise HubError(
        f"HANPYO_PORT={text} 은(는) 쓸 수 없습니다. 1024에서 65530 사이의 수여야 합니다.",
        f"HANPYO_PORT={text} is not a number from 1024 to 65530.",
        "HANPYO_PORT=8080 ./hub up",
    )


def reachable_by_others(path: Path) -> bool:
    """Whether another user may pass through every existing directory above `path`."""
    existing = [parent for parent in path.parents if parent.exists()]
    return all(parent.stat().st_mode & 0o001 for parent in existing)


def service_user() -> pwd.struct_passwd | None:
    """Whom root hands PostgreSQL, Redis and nginx to; None when we are not root."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]
