"""supervisord's configuration, made from the Procfile, and its control over a unix socket."""

import http.client
import signal
import socket
import sys
import xmlrpc.client
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.hub import files, postgres, processes, procfile, redis
from infra.hub.settings import Settings, service_user

MAIN = """\
; Made by ./hub up from the Procfile at every start.
[supervisord]
logfile = {logs}/supervisord.log
logfile_maxbytes = 5MB
pidfile = {run}/supervisord.pid
childlogdir = {logs}
directory = {root}
{user}

[unix_http_server]
file = {socket}
chmod = 0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

; Kills what a killed process leaves behind in its process group (workers of nginx, of dramatiq),
; so that its successor finds ports and queues free.
[eventlistener:reaper]
command = {python} {reaper}
events = PROCESS_STATE_EXITED
priority = 1
stdout_logfile = NONE
stderr_logfile = {logs}/reaper.log
stderr_logfile_maxbytes = 1MB
stderr_logfile_backups = 1
"""

PROGRAM = """
[program:{name}]
command = {command}
{user}
priority = {priority}
autostart = {autostart}
autorestart = true
startsecs = 2
startretries = 60
stopsignal = {stopsignal}
stopwaitsecs = {stopwaitsecs}
; Only the master is told to stop: dramatiq's workers take a second signal for "at once".
stopasgroup = false
killasgroup = true
redirect_stderr = true
stdout_logfile = {logs}/{name}.log
stdout_logfile_maxbytes = 20MB
stdout_logfile_backups = 5
"""

STORES = ("postgres", "redis")
STOP_SIGNALS = {"postgres": "INT", "gateway": "QUIT"}
# Long enough to finish a chunk of an import or a request to a carrier; then everything is killed,
# which is safe and only means work done twice.
STOP_SECONDS = 60


def configuration(settings: Settings) -> str:
    """The whole supervisord.conf of this stack."""
    programs = [program(settings, entry, 100 + n) for n, entry in enumerate(apps(settings))]
    main = MAIN.format(
        logs=settings.logs,
        run=settings.run,
        root=settings.root,
        socket=socket_path(settings),
        python=shell_quote(sys.executable),
        reaper=shell_quote(str(Path(__file__).with_name("reaper.py"))),
        user="user = root" if service_user() else "",
    )
    return "".join([main, *private_programs(settings), *programs])


def apps(settings: Settings) -> list[procfile.Process]:
    return procfile.wanted(settings)


def private_programs(settings: Settings) -> list[str]:
    """Our own PostgreSQL and Redis, started before everything, stopped after everything."""
    owned = []
    if settings.private_postgres:
        owned.append(service(settings, "postgres", postgres.command(settings), 10))
    if settings.private_redis:
        owned.append(service(settings, "redis", redis.command(settings), 11))
    return owned


def service(settings: Settings, name: str, argv: Sequence[str], priority: int) -> str:
    """A program that gets none of our secrets in its environment and does not run as root."""
    user = service_user()
    bare = "env -i LANG=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin"
    command = f"{bare} {tether(name)} {' '.join(map(shell_quote, argv))}"
    return render(settings, name, command, priority, "true", user.pw_name if user else "")


def program(settings: Settings, entry: procfile.Process, priority: int) -> str:
    """A line of the Procfile. `exec` leaves no shell between supervisord and the process."""
    line = f"exec {tether(entry.name)} {entry.command}"
    return render(settings, entry.name, f"/bin/sh -c {shell_quote(line)}", priority, "false", "")


def tether(name: str) -> str:
    """If supervisord itself is killed, its processes are told to stop instead of running on."""
    return f"setpriv --pdeathsig {STOP_SIGNALS.get(name, 'TERM')}"


def shell_quote(text: str) -> str:
    """Quote for supervisord's splitting of a command line."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render(settings: Settings, name: str, command: str, priority: int, autostart: str, user: str) -> str:
    return PROGRAM.format(
        name=name,
        command=command.replace("%", "%%"),
        priority=priority,
        autostart=autostart,
        user=f"user = {user}" if user else "",
        stopsignal=STOP_SIGNALS.get(name, "TERM"),
        stopwaitsecs=STOP_SECONDS,
        logs=settings.logs,
    )


def socket_path(settings: Settings) -> Path:
    return settings.sockets / "supervisor.sock"


def running(settings: Settings) -> int | None:
    """The pid of this home's supervisord."""
    return processes.pid_in(settings.run / "supervisord.pid", str(settings.run))


def start(settings: Settings, environment: dict[str, str]) -> None:
    """Start supervisord in the background and wait until it listens."""
    path = settings.run / "supervisord.conf"
    files.write(path, configuration(settings), 0o600)
    program = settings.venv / "bin" / "supervisord"
    processes.run([str(program), "-c", str(path)], environment=environment)
    processes.wait_until(lambda: answers(settings), 10)


def answers(settings: Settings) -> bool:
    try:
        call(settings, "getState")
    except OSError:
        return False
    return True


def call(settings: Settings, method: str, *arguments: Any) -> Any:
    """One call of supervisord's XML-RPC interface. Raises OSError when nobody listens there."""
    transport = UnixTransport(str(socket_path(settings)))
    with xmlrpc.client.ServerProxy("http://hub", transport=transport) as server:
        return getattr(server.supervisor, method)(*arguments)


def states(settings: Settings) -> list[dict[str, Any]]:
    """What supervisord knows of every process: name, statename, pid, start, now."""
    found = call(settings, "getAllProcessInfo")
    return [entry for entry in found if entry["name"] != "reaper"]


def start_idle(settings: Settings, names: Sequence[str]) -> None:
    """Start those of `names` that are not running; does not wait."""
    idle = {"STOPPED", "EXITED", "FATAL"}
    for entry in states(settings):
        if entry["name"] in names and entry["statename"] in idle:
            call(settings, "startProcess", entry["name"], False)


def start_apps(settings: Settings) -> None:
    """Start every process of the Procfile that is not running."""
    start_idle(settings, [entry.name for entry in apps(settings)])


def stop_processes(settings: Settings) -> None:
    """The Procfile's processes side by side, the gateway first; then Redis, PostgreSQL, reaper.

    One by one over the socket, because supervisord's own shutdown takes a second for each.
    """
    names = [entry.name for entry in reversed(apps(settings))]
    for name in names:
        call_quietly(settings, "stopProcess", name, False)
    processes.wait_until(lambda: not any_alive(settings, names), STOP_SECONDS + 5)
    for name in (*reversed(STORES), "reaper"):
        call_quietly(settings, "stopProcess", name, True)


def any_alive(settings: Settings, names: Sequence[str]) -> bool:
    alive = {"RUNNING", "STARTING", "STOPPING", "BACKOFF"}
    return any(e["statename"] in alive for e in states(settings) if e["name"] in names)


def call_quietly(settings: Settings, method: str, *arguments: Any) -> None:
    """A call whose refusal ("not running", "no such process") is what we want anyway."""
    try:
        call(settings, method, *arguments)
    except xmlrpc.client.Fault:
        return


def stop(settings: Settings) -> None:
    """Stop the processes, then Redis and PostgreSQL, then supervisord."""
    pid = running(settings)
    if pid is None:
        return
    if answers(settings):
        stop_processes(settings)
    processes.stop(pid, str(settings.run), signal.SIGTERM, 2 * STOP_SECONDS)


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("hub", timeout=90)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over a unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path

    def make_connection(self, host: Any) -> UnixConnection:
        return UnixConnection(self.path)
