"""The command line of the hub."""

import argparse
import os
import sys
from collections.abc import Sequence

from infra.hub import environment, services
from infra.hub.errors import HubError, from_os_error
from infra.hub.settings import Settings, from_environment


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code. Every expected failure is a sentence."""
    try:
        settings = from_environment(dict(os.environ))
        return dispatch(settings, arguments)
    except HubError as error:
        print(error.render(), file=sys.stderr)
    except OSError as error:
        print(from_os_error(error).render(), file=sys.stderr)
    return 1


def dispatch(settings: Settings, arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./hub")
    parser.add_argument("command", choices=["services-up", "services-down"])
    chosen = parser.parse_args(arguments)
    if chosen.command == "services-up":
        services.up(services.private(settings))
        print(environment.exports(services.private(settings)))
    else:
        services.down(settings)
    return 0
