"""`./hub up`: from whatever state the machine is in to a stack that answers."""

import json
import shutil
import signal
from types import FrameType
from typing import Any

from infra.hub import (
    environment,
    files,
    health,
    install,
    lock,
    logs,
    nginx,
    ports,
    processes,
    python_env,
    services,
    supervisor,
)
from infra.hub.down import down
from infra.hub.errors import HubError
from infra.hub.settings import Settings
from infra.hub.terminal import say, step


def up(settings: Settings, *, detached: bool) -> int:
    """Start the stack; in the foreground stay and show its logs until Ctrl-C."""
    files.lay_out(settings)
    with lock.held(settings):
        if supervisor.running(settings) and all_running(settings):
            say(f"한표가 이미 실행 중입니다 (already running): {address(settings)}")
            return 0
        login = start(settings)
    summarise(settings, login, detached=detached)
    return 0 if detached else stay(settings)


def all_running(settings: Settings) -> bool:
    return all(entry["statename"] == "RUNNING" for entry in supervisor.states(settings))


def start(settings: Settings) -> dict[str, Any]:
    """Install, start, migrate, fill with the demo camp; returns what the demo says of itself."""
    install.everything(settings, python_env.RUNTIME)
    if supervisor.running(settings):
        supervisor.start_idle(settings, supervisor.STORES)
    else:
        start_services(settings)
    children = environment.for_children(settings)
    with step("데이터베이스를 준비합니다", "preparing the database"):
        if settings.private_postgres:
            services.finish_postgres(settings)
        migrate(settings, children)
    with step("프로세스를 시작합니다", "starting the processes"):
        supervisor.start_apps(settings)
        health.wait(settings)
    return {} if settings.production else demo(settings, children)


def start_services(settings: Settings) -> None:
    """Write every configuration and start supervisord with PostgreSQL and Redis."""
    services.down(settings)
    # After a crash our own processes may need a moment to let go of their ports.
    processes.wait_until(lambda: all(map(ports.is_free, ports.wanted(settings))), 5)
    ports.require_free(settings)
    forget_metrics(settings)
    services.prepare(settings)
    nginx.prepare(settings)
    supervisor.start(settings, environment.for_children(settings))


def forget_metrics(settings: Settings) -> None:
    """prometheus_client asks for an empty directory at each start of the whole program."""
    shutil.rmtree(settings.run / "metrics", ignore_errors=True)


def migrate(settings: Settings, children: dict[str, str]) -> None:
    """Bring the schema up to date. Raises `HubError` with what the migration said."""
    run_ours(settings, children, "shared.runtime.migrate")


def demo(settings: Settings, children: dict[str, str]) -> dict[str, Any]:
    """Make the demo camp (once) and return its login."""
    with step("데모 캠프를 준비합니다", "preparing the demo camp"):
        printed = run_ours(settings, children, "infra.demo")
    return parse_demo(printed)


def parse_demo(printed: str) -> dict[str, Any]:
    """The JSON object the demo prints last; {} when there is none."""
    start_of_object = printed.find("{")
    try:
        found = json.loads(printed[start_of_object:]) if start_of_object >= 0 else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def run_ours(settings: Settings, children: dict[str, str], module: str) -> str:
    """Run one of the program's own modules and return what it printed."""
    finished = python_env.run_module(settings, children, module)
    if finished.returncode:
        said = processes.excerpt(finished.stderr)
        raise HubError(
            f"{module} 단계가 실패했습니다.",
            f"{module} failed. It said:\n{said}",
            "./hub logs postgres",
        )
    return finished.stdout


def address(settings: Settings) -> str:
    return environment.for_children(settings)["HANPYO_PUBLIC_URL"]


def summarise(settings: Settings, login: dict[str, Any], *, detached: bool) -> None:
    """What a newcomer needs next."""
    say()
    say(f"  한표 Hanpyo       {address(settings)}")
    if login.get("email"):
        say(f"  데모 로그인 login   {login['email']} / {login.get('password', '')}")
    if not settings.production:
        say(f"  가상 휴대폰 phones  {address(settings)}/simulator/")
    say("  로그 logs          ./hub logs -f")
    say("  멈춤 stop          " + ("./hub down" if detached else "Ctrl-C"))
    say()


def stay(settings: Settings) -> int:
    """Show the logs until Ctrl-C, SIGTERM or a closed terminal; then stop everything."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        logs.follow(settings, None, alive=lambda: supervisor.running(settings) is not None)
    except KeyboardInterrupt:
        say()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        down(settings)
    return 0


def interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
