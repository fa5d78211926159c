"""The command line of the hub."""

import argparse
import os
from collections.abc import Callable, Sequence

from infra.hub import checks, environment, files, logs, python_env, services
from infra.hub.down import down
from infra.hub.errors import HubError, from_os_error
from infra.hub.settings import Settings, from_environment
from infra.hub.status import status
from infra.hub.terminal import complain, say
from infra.hub.up import up

Command = Callable[[Settings, argparse.Namespace], int]

ABOUT = """한표 Hanpyo — 선거 캠프의 연락처와 메시지를 내 서버에서.
The hub a Korean lawmaker's office or election camp runs on its own server."""

PLACES = """settings:
  HANPYO_HOME   where everything is kept (default .hub)
  HANPYO_PORT   the gateway's port; the next five are used too (default 8080)
  README.md lists all settings."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Every expected failure is a sentence."""
    try:
        chosen, rest = parser().parse_known_args(arguments)
        chosen.rest = rest
        command: Command | None = COMMANDS.get(chosen.command or "")
        if command is None:
            parser().print_help()
            return 0
        refuse_leftovers(chosen)
        return command(from_environment(dict(os.environ)), chosen)
    except HubError as error:
        complain(error.render())
    except BrokenPipeError:
        # Whoever reads us (`| head`) has seen enough; python must not complain at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as error:
        complain(from_os_error(error).render())
    except KeyboardInterrupt:
        complain("한표: 중단했습니다. / Hanpyo: interrupted.\n  → ./hub up")
        return 130
    return 1


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    made = argparse.ArgumentParser(
        prog="./hub",
        description=ABOUT,
        epilog=PLACES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = made.add_subparsers(dest="command", metavar="command")
    start = commands.add_parser("up", help="시작 · install what is missing and start everything")
    start.add_argument("-d", "--detach", action="store_true", help="return when it runs")
    commands.add_parser("down", help="멈춤 · stop everything")
    commands.add_parser("status", help="상태 · one line per process")
    show = commands.add_parser("logs", help="로그 · the processes' logs")
    show.add_argument("process", nargs="?")
    show.add_argument("-f", "--follow", action="store_true", help="go on until Ctrl-C")
    commands.add_parser("test", help="검사 · all checks and tests (arguments go to pytest)")
    commands.add_parser("bench", help="성능 · measure: dedup, export, faults, import, search or send")
    commands.add_parser("functions", help="함수 · every function with its trigger")
    commands.add_parser("migrate", help="DB 갱신 · bring the database schema up to date")
    commands.add_parser("demo", help="데모 · make the demo camp and print its login")
    commands.add_parser("verify-evidence", help="증거 확인 · whether an evidence file is whole and ours")
    commands.add_parser("rekey-master", help="키 교체 · a new master key, while everything runs")
    for hidden in ("services-up", "services-down", "make-secrets"):
        commands.add_parser(hidden)
    return made


def refuse_leftovers(chosen: argparse.Namespace) -> None:
    """Only commands that pass arguments on may have more than they declare."""
    if chosen.rest and chosen.command not in ("test", "bench", "functions", "verify-evidence"):
        parser().error(f"unrecognized arguments: {' '.join(chosen.rest)}")


def services_up(settings: Settings, _: argparse.Namespace) -> int:
    """PostgreSQL and Redis alone; prints shell lines with their addresses (passwords included)."""
    own = services.private(settings)
    services.up(own)
    say(environment.exports(own))
    return 0


def make_secrets(settings: Settings, _: argparse.Namespace) -> int:
    """The keys and passwords alone; Docker Compose runs this before everything else."""
    files.lay_out(settings)
    environment.make_secrets(settings)
    files.secret(settings, "grafana")
    return 0


def services_down(settings: Settings, _: argparse.Namespace) -> int:
    services.down(settings)
    return 0


def module(name: str, lock: str = python_env.RUNTIME) -> Command:
    """A command that is a module of the program, run in its environment with its settings."""

    def command(settings: Settings, chosen: argparse.Namespace) -> int:
        require_started(settings)
        python_env.ensure(settings, lock)
        children = {**environment.for_children(settings), **checks.installed(settings)}
        return python_env.call_module(settings, children, name, *chosen.rest)

    return command


def require_started(settings: Settings) -> None:
    """A module needs the keys and passwords that `up` makes."""
    if not settings.secrets.is_dir():
        raise HubError("먼저 한 번 시작해야 합니다.", "start the hub once before this.", "./hub up -d")


COMMANDS: dict[str, Command] = {
    "up": lambda settings, chosen: up(settings, detached=chosen.detach),
    "down": lambda settings, _: down(settings),
    "status": lambda settings, _: status(settings),
    "logs": lambda settings, chosen: logs.show(settings, chosen.process, following=chosen.follow),
    "test": lambda settings, chosen: checks.run(settings, chosen.rest),
    "bench": module("tests.benchmarks", python_env.DEVELOPMENT),
    "functions": module("shared.runtime.manifest"),
    "migrate": module("shared.runtime.migrate"),
    "demo": module("infra.demo"),
    "verify-evidence": module("shared.messaging.verify_evidence"),
    "rekey-master": module("shared.security.rekey_master"),
    "make-secrets": make_secrets,
    "services-up": services_up,
    "services-down": services_down,
}
