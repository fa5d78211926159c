"""Whether the stack's ports are free, and who has them if not."""

import re
import socket
from pathlib import Path

from infra.hub.errors import HubError
from infra.hub.settings import Settings


def wanted(settings: Settings) -> dict[int, str]:
    """The ports this stack listens on, with the process that does."""
    listed = {
        settings.port: "gateway",
        settings.api_port: "api",
        settings.frontend_port: "frontend",
    }
    if not settings.production:
        listed[settings.simulator_port] = "simulator"
    if settings.private_postgres:
        listed[settings.postgres_port] = "postgres"
    if settings.private_redis:
        listed[settings.redis_port] = "redis"
    return listed


def require_free(settings: Settings) -> None:
    """Raise `HubError` for the first port that somebody else has."""
    for port in wanted(settings):
        if not is_free(port):
            raise taken(port, settings.port)


def is_free(port: int) -> bool:
    """Whether we could listen there; connections that are merely closing do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def taken(port: int, base: int) -> HubError:
    """The sentence for a port that is in use."""
    owner = owner_of(port)
    who = f" ({owner})" if owner else ""
    other = 9000 if base != 9000 else 9100
    return HubError(
        f"{port} 포트를 다른 프로그램{who}이 쓰고 있습니다.",
        f"port {port} is taken by another program{who}.",
        f"HANPYO_PORT={other} ./hub up",
    )


def owner_of(port: int) -> str | None:
    """The name and pid of the listener, if we may see it."""
    inodes = listening_inodes(port)
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and inodes & socket_inodes(entry):
            return f"{process_name(entry)}, pid {entry.name}"
    return None


def listening_inodes(port: int) -> set[str]:
    """The socket inodes that listen on `port`, from /proc/net/tcp (columns: proc(5))."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in lines_of(Path(table))[1:]:
            columns = line.split()
            if columns[3] == "0A" and int(columns[1].rpartition(":")[2], 16) == port:
                found.add(columns[9])
    return found


def socket_inodes(process: Path) -> set[str]:
    """The socket inodes a process has open; empty when it is not ours to look at."""
    try:
        targets = [target_of(link) for link in (process / "fd").iterdir()]
    except OSError:
        return set()
    return {found[1] for text in targets if (found := re.match(r"socket:\[(\d+)\]", text))}


def target_of(link: Path) -> str:
    """Where a descriptor points; "" when it was closed meanwhile."""
    try:
        return str(link.readlink())
    except OSError:
        return ""


def process_name(process: Path) -> str:
    return next(iter(lines_of(process / "comm")), "?")


def lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
