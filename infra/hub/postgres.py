"""The private PostgreSQL cluster: made once, repaired when half made, tuned for a small server."""

import os
import shutil
import signal
from pathlib import Path

from infra.hub import files, processes
from infra.hub.errors import HubError
from infra.hub.settings import Settings

OLDEST = 15
DEBIAN_BINARIES = Path("/usr/lib/postgresql")
MEGABYTE = 1 << 20
PREWARMING = "pg_prewarm"

ACCESS = """\
# Made by ./hub up. Every connection gives a password; only this machine may connect.
local all all scram-sha-256
host  all all 127.0.0.1/32 scram-sha-256
"""

TUNING = """\
# Made by ./hub up at every start; put your own settings into postgresql.conf after the include.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
password_encryption = scram-sha-256
shared_buffers = {shared_mb}MB
effective_cache_size = {cache_mb}MB
work_mem = 16MB
maintenance_work_mem = {maintenance_mb}MB
wal_compression = lz4
wal_buffers = 16MB
max_wal_size = 2GB
# A large list writes 2 KB of log a person; segments that are kept need not be made and zeroed again.
min_wal_size = 1GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
synchronous_commit = on
jit = off
random_page_cost = 1.1
effective_io_concurrency = 100
# A campaign's part of the ledger grows from nothing in seconds; a planner that does not know it reads it all.
autovacuum_naptime = 10s
# What was in memory is read in again after a restart, one block after the other: searches ask for their pages
# singly.
shared_preload_libraries = '{preloaded}'
idle_in_transaction_session_timeout = 60s
timezone = 'UTC'
log_timezone = 'UTC'
# Rows never reach the log: TERSE leaves out DETAIL and CONTEXT, where PostgreSQL quotes values.
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
log_line_prefix = '%m [%p] %q%u@%d '
"""


def binaries() -> Path | None:
    """The directory of the newest server that is new enough."""
    found = [
        (int(place.parent.name), place)
        for place in DEBIAN_BINARIES.glob("*/bin")
        if place.parent.name.isdecimal() and (place / "postgres").exists()
    ]
    fresh = [entry for entry in found if entry[0] >= OLDEST]
    return max(fresh)[1] if fresh else None


def binary(settings: Settings, name: str) -> str:
    """The path of a PostgreSQL program, of the version that made the cluster if there is one."""
    made_by = version_of(data_directory(settings))
    place = DEBIAN_BINARIES / made_by / "bin" if made_by else binaries()
    if place is None or not (place / name).exists():
        version = made_by or f"{OLDEST}+"
        raise HubError(
            f"PostgreSQL {version} 서버가 없습니다.",
            f"the PostgreSQL {version} server is missing.",
            f"sudo apt-get install postgresql{'-' + made_by if made_by else ''}",
        )
    return str(place / name)


def version_of(data: Path) -> str | None:
    """The major version that made a cluster."""
    try:
        return (data / "PG_VERSION").read_text(encoding="utf-8").strip()
    except OSError:
        return None


def data_directory(settings: Settings) -> Path:
    """The cluster's files; see `Settings.service_root` for where and why."""
    return settings.service_root / "postgres" / "data"


def socket_directory(settings: Settings) -> Path:
    return settings.service_root / "postgres"


def prepare(settings: Settings) -> None:
    """Make the cluster if it is missing and write its configuration; safe to repeat."""
    files.service_directory(settings.service_root / "postgres")
    data = data_directory(settings)
    if version_of(data) is None:
        make_cluster(settings, data)
    files.write(data / "pg_hba.conf", ACCESS, 0o600, for_service=True)
    files.write(data / "hanpyo.conf", tuning(settings, total_memory()), 0o600, for_service=True)
    drop_stale_lock(data)


def make_cluster(settings: Settings, data: Path) -> None:
    """Run initdb beside the final place and rename, so that an interrupted one is just redone."""
    unfinished = data.with_name("data.unfinished")
    for leftover in (unfinished, data):
        shutil.rmtree(leftover, ignore_errors=True)
    password_file = data.with_name("password")
    password = files.secret(settings, "postgres_superuser")
    files.write(password_file, password + "\n", 0o600, for_service=True)
    try:
        processes.run(initdb(settings, unfinished, password_file), as_service=True)
    finally:
        password_file.unlink()
    with open(unfinished / "postgresql.conf", "a", encoding="utf-8") as stream:
        stream.write("\ninclude 'hanpyo.conf'\n")
    unfinished.rename(data)


def initdb(settings: Settings, data: Path, password_file: Path) -> list[str]:
    """UTF-8 whatever the machine's locale, checksummed, passwords from the first moment."""
    options = ["-U", "postgres", "-k", "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256"]
    program = binary(settings, "initdb")
    return [program, "-D", str(data), *options, f"--pwfile={password_file}"]


def tuning(settings: Settings, memory: int) -> str:
    """The settings for a machine with `memory` bytes that PostgreSQL shares with all the rest."""
    megabytes = memory // MEGABYTE
    sockets = str(socket_directory(settings))
    return TUNING.format(
        port=settings.postgres_port,
        sockets=sockets if len(sockets) <= 80 else "",
        shared_mb=min(max(megabytes // 8, 128), 2048),
        cache_mb=max(megabytes // 2, 512),
        maintenance_mb=min(max(megabytes // 32, 64), 512),
        preloaded=PREWARMING if has_library(settings, PREWARMING) else "",
    )


def has_library(settings: Settings, name: str) -> bool:
    """Whether the server has an extension's library: others than Debian's may keep them elsewhere."""
    version = version_of(data_directory(settings))
    place = DEBIAN_BINARIES / version if version else None
    return place is not None and (place / "lib" / f"{name}.so").exists()


def total_memory() -> int:
    """Bytes of RAM."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def drop_stale_lock(data: Path) -> None:
    """Remove a pid file left by a power loss whose number another program has now."""
    if running(data) is None:
        (data / "postmaster.pid").unlink(missing_ok=True)


def running(data: Path) -> int | None:
    """The pid of the live server of this cluster."""
    return processes.pid_in(data / "postmaster.pid", str(data))


def command(settings: Settings) -> list[str]:
    """The server in the foreground, as the supervisor runs it."""
    return [binary(settings, "postgres"), "-D", str(data_directory(settings))]


def start(settings: Settings) -> None:
    """Start without a supervisor (tests); returns when it takes connections. A commit does not wait for the
    disk: in a power loss the last ones are lost, which concerns no test, and the cluster stays whole.
    """
    data = data_directory(settings)
    if running(data):
        return
    log = data.with_name("postgres.log")
    options = ["-o", "-c synchronous_commit=off"]
    control = [binary(settings, "pg_ctl"), "-D", str(data), "-l", str(log), "-s", "-w", *options, "start"]
    if not processes.succeeds(control, as_service=True):
        raise HubError("PostgreSQL이 시작되지 않습니다.", "PostgreSQL does not start.", f"tail {log}")


def stop(settings: Settings) -> None:
    """Stop a server that runs without the supervisor: clients are cut off, data is safe."""
    data = data_directory(settings)
    pid = running(data)
    if pid and not processes.stop(pid, str(data), signal.SIGINT, 60):
        raise HubError("PostgreSQL이 멈추지 않습니다.", "PostgreSQL does not stop.", f"kill {pid}")


def ready(settings: Settings) -> bool:
    """Whether the server answers."""
    probe = [binary(settings, "pg_isready"), "-q", "-h", "127.0.0.1", "-p"]
    return processes.succeeds([*probe, str(settings.postgres_port)])


def bootstrap(settings: Settings) -> None:
    """Roles, database and extension; the passwords are those of the secrets directory."""
    psql = [binary(settings, "psql"), "-X", "-q", "-h", "127.0.0.1", "-U", "postgres"]
    options = ["-v", "ON_ERROR_STOP=1", "-p", str(settings.postgres_port), "postgres"]
    password = files.secret(settings, "postgres_superuser")
    processes.run([*psql, *options], text=roles(settings), environment={"PGPASSWORD": password})


def roles(settings: Settings) -> str:
    """roles.sql with its passwords, for standard input: arguments are visible to everybody."""
    variables = [
        f"\\set {role}_password '{files.secret(settings, f'postgres_{role}')}'\n" for role in ("owner", "app")
    ]
    script = settings.root / "infra" / "postgres" / "roles.sql"
    return "".join(variables) + script.read_text(encoding="utf-8")


def url(settings: Settings, role: str) -> str:
    """The address for `role` ("owner" or "app")."""
    password = files.secret(settings, f"postgres_{role}")
    return f"postgresql://hanpyo_{role}:{password}@127.0.0.1:{settings.postgres_port}/hanpyo"
