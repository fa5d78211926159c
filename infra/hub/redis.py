"""The private Redis: the queue and the short-lived counters, with an append-only file."""

import signal
import socket
from pathlib import Path

from infra.hub import files, processes
from infra.hub.errors import HubError
from infra.hub.postgres import MEGABYTE, total_memory
from infra.hub.settings import Settings

CONFIGURATION = """\
# Made by ./hub up at every start.
bind 127.0.0.1
port {port}
requirepass {password}
dir {directory}
pidfile {directory}/redis.pid
logfile ""
appendonly yes
appendfsync everysec
save ""
# A full queue must refuse, never forget.
maxmemory-policy noeviction
maxmemory {memory_mb}mb
"""


def directory(settings: Settings) -> Path:
    return settings.service_root / "redis"


def prepare(settings: Settings) -> None:
    """Write the configuration (it holds the password: 0600)."""
    place = files.service_directory(directory(settings))
    files.write(place / "redis.conf", configuration(settings), 0o600, for_service=True)


def configuration(settings: Settings) -> str:
    """Settings for this port; an eighth of the memory, at least 256 MB."""
    return CONFIGURATION.format(
        port=settings.redis_port,
        password=files.secret(settings, "redis"),
        directory=directory(settings),
        memory_mb=max(total_memory() // MEGABYTE // 8, 256),
    )


def command(settings: Settings) -> list[str]:
    """The server in the foreground, as the supervisor runs it."""
    return ["redis-server", str(directory(settings) / "redis.conf")]


def start(settings: Settings) -> None:
    """Start without a supervisor (tests); returns when it answers."""
    if running(settings):
        return
    log = directory(settings) / "redis.log"
    daemon = [*command(settings), "--daemonize", "yes", "--logfile", str(log)]
    processes.run(daemon, as_service=True)
    if not processes.wait_until(lambda: ready(settings), 15):
        raise HubError("Redis가 시작되지 않습니다.", "Redis does not start.", f"tail {log}")


def running(settings: Settings) -> int | None:
    """The pid of the live server of this home that runs without the supervisor."""
    expected = f":{settings.redis_port}"
    return processes.pid_in(directory(settings) / "redis.pid", expected)


def stop(settings: Settings) -> None:
    """Stop a server that runs without the supervisor; it writes everything first."""
    pid = running(settings)
    if pid and not processes.stop(pid, f":{settings.redis_port}", signal.SIGTERM, 30):
        raise HubError("Redis가 멈추지 않습니다.", "Redis does not stop.", f"kill {pid}")


def ready(settings: Settings) -> bool:
    """Whether it has loaded its file and answers a PING with our password."""
    hello = f"AUTH {files.secret(settings, 'redis')}\r\nPING\r\n"
    try:
        with socket.create_connection(("127.0.0.1", settings.redis_port), timeout=2) as connection:
            connection.sendall(hello.encode())
            return answered(connection)
    except OSError:
        return False


def answered(connection: socket.socket) -> bool:
    """Read until +PONG; LOADING and NOAUTH answers are errors and mean not ready."""
    received = b""
    while b"+PONG" not in received:
        part = connection.recv(256)
        received += part
        if not part or b"-" in received:
            return False
    return True


def url(settings: Settings, number: int) -> str:
    """The address of logical database `number`."""
    return f"redis://:{files.secret(settings, 'redis')}@127.0.0.1:{settings.redis_port}/{number}"
