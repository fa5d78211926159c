"""The gateway's configuration, filled in from the templates that Docker Compose uses too."""

import re
import shutil
from pathlib import Path
from string import Template

from infra.hub import files
from infra.hub.settings import Settings, service_user

TEMPORARY = ("body", "proxy", "fastcgi", "uwsgi", "scgi")


def directory(settings: Settings) -> Path:
    return settings.service_root / "nginx"


def prepare(settings: Settings) -> None:
    """Write the configuration; left-over temporary files of a crash are removed."""
    place = files.service_directory(directory(settings))
    for name in TEMPORARY:
        shutil.rmtree(place / name, ignore_errors=True)
    for name in ("nginx.conf", "hanpyo.conf"):
        template = settings.root / "infra" / "nginx" / f"{name}.template"
        files.write(place / name, fill(template.read_text(encoding="utf-8"), settings))


def fill(template: str, settings: Settings) -> str:
    """Put this stack's addresses in; nginx's own $variables stay."""
    return Template(template).safe_substitute(values(settings))


def values(settings: Settings) -> dict[str, str]:
    """The variables of the templates."""
    user = service_user()
    no_simulator = "return 404;"
    simulator = "proxy_pass http://hanpyo_simulator;"
    return {
        # Workers drop root; without root the directive only makes nginx complain.
        "HANPYO_NGINX_USER": f"user {user.pw_name};" if user else "",
        "HANPYO_LISTEN": listen(settings),
        "HANPYO_API_SERVERS": api_servers(settings),
        "HANPYO_FRONTEND": f"127.0.0.1:{settings.frontend_port}",
        "HANPYO_SIMULATOR": f"127.0.0.1:{settings.simulator_port}",
        "HANPYO_SIMULATOR_RULE": no_simulator if settings.production else simulator,
    }


def api_sockets(settings: Settings) -> list[Path]:
    """A socket for each process of the API; none if their paths are too long for the system, or hold what
    nginx's or our own lists are made with."""
    number = settings.outside.get("HANPYO_API_WORKERS") or "2"
    count = int(number) if number.isdecimal() else 0
    made = [directory(settings) / f"api-{place}.sock" for place in range(count)]
    return made if all(_POSSIBLE.fullmatch(str(path)) for path in made) else []


_POSSIBLE = re.compile(r"[\w./+@=~-]{1,107}", re.ASCII)  # sun_path is 108 bytes


def api_servers(settings: Settings) -> str:
    """The processes of the API for the gateway's `upstream`. Ours come back within a second: none is left out
    for having failed."""
    addresses = [f"unix:{path}" for path in api_sockets(settings)] or [f"127.0.0.1:{settings.api_port}"]
    return " ".join(f"server {address} max_fails=0;" for address in addresses)


def listen(settings: Settings) -> str:
    """Where the gateway listens: this machine only, unless HANPYO_BIND names an address.

    People's data goes over this port in the clear, so opening it to a network is a decision.
    """
    given = settings.outside.get("HANPYO_BIND")
    if given:
        return f"listen {given}:{settings.port};"
    both = ["127.0.0.1"] + (["[::1]"] if has_ipv6() else [])
    return " ".join(f"listen {address}:{settings.port};" for address in both)


def has_ipv6() -> bool:
    """Whether this machine has the loopback address ::1."""
    try:
        addresses = Path("/proc/net/if_inet6").read_text(encoding="ascii")
    except OSError:
        return False
    return any(line.startswith("0" * 31 + "1 ") for line in addresses.splitlines())
