"""What the machine must have, and installing what is missing without starting system services."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from infra.hub import node, postgres, processes
from infra.hub.errors import HubError
from infra.hub.settings import Settings

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

# apt starts and enables what it installs; the guard refuses the start, and what we have installed
# is disabled, so that after a reboot no PostgreSQL, Redis or nginx of the system's appears.
INSTALL = """\
set -e
export DEBIAN_FRONTEND=noninteractive
guard=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.d
made=
cleanup() {{ [ -z "$made" ] || rm -f "$guard"; rm -f "$clusters/hanpyo.conf"; }}
trap cleanup EXIT
trap 'exit 130' INT TERM
if [ ! -e "$guard" ]; then
  made=yes
  printf '#!/bin/sh\\nexit 101\\n' > "$guard"
  chmod 755 "$guard"
fi
mkdir -p "$clusters"
echo 'create_main_cluster = false' > "$clusters/hanpyo.conf"
apt-get -q -o DPkg::Lock::Timeout=300 update || true
apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold \\
  install --no-install-recommends {packages}
if [ -d /run/systemd/system ]; then systemctl -q disable {services} || true; fi
"""
SERVICES = {"redis-server": "redis-server", "nginx": "nginx", "postgresql": "postgresql"}


@dataclass(frozen=True)
class Need:
    """Something that is missing and the Debian package that brings it."""

    name: str
    package: str


def missing(settings: Settings, *, for_tests: bool = False) -> list[Need]:
    """Everything `up` (or `test`) needs and the machine lacks; Node is in `node.py`."""
    needs = []
    if settings.private_postgres and postgres.binaries() is None:
        needs.append(Need("PostgreSQL", "postgresql"))
    if settings.private_redis and not have("redis-server"):
        needs.append(Need("Redis", "redis-server"))
    if not have("nginx"):
        needs.append(Need("nginx", "nginx"))
    if importlib.util.find_spec("ensurepip") is None:
        needs.append(Need("Python venv", venv_package()))
    return needs + (missing_for_tests() if for_tests else [])


def missing_for_tests() -> list[Need]:
    """A browser, and letters for the Korean on its pages."""
    needs = []
    if browser() is None:
        needs.append(Need("Chromium", "chromium"))
    if not has_korean_font():
        needs.append(Need("Korean font", "fonts-noto-cjk"))
    return needs


def browser() -> str | None:
    """The path of a Chromium that tests can drive."""
    names = ("chromium", "google-chrome", "chromium-browser")
    return next(filter(None, (shutil.which(name, path=SYSTEM_PATH) for name in names)), None)


def has_korean_font() -> bool:
    if not have("fc-list"):
        return False
    return bool(processes.run(["fc-list", ":lang=ko", "family"]).strip())


def have(program: str) -> bool:
    """Whether a program is installed; /usr/sbin is not in everybody's PATH."""
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}") is not None


def venv_package() -> str:
    """The package of the venv module for the Python that runs us."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def distribution_node() -> int:
    """The major version of Node that apt would install; 0 when it has none."""
    if not have("apt-cache"):
        return 0
    policy = processes.run(["apt-cache", "policy", "nodejs"])
    candidates = [line for line in policy.splitlines() if "Candidate:" in line]
    return node.major(candidates[0].partition(":")[2]) if candidates else 0


def install(needs: Sequence[Need]) -> None:
    """Install with apt, as root or through sudo. Raises `HubError` that names the command."""
    wanted = [need.package for need in needs]
    script = INSTALL.format(
        packages=" ".join(wanted),
        services=" ".join(SERVICES[name] for name in wanted if name in SERVICES) or "--version",
    )
    finished = subprocess.run(  # noqa: S603 argv is ours
        [*rights(needs), "/bin/sh", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if finished.returncode:
        raise not_installed(needs, finished.stdout)


def rights(needs: Sequence[Need]) -> list[str]:
    """The prefix that makes us root; raises when there is no apt or no way to become root."""
    if not have("apt-get"):
        raise must_install(needs)
    if os.getuid() == 0:
        return []
    if have("sudo") and (processes.succeeds(["sudo", "-n", "true"]) or sys.stdin.isatty()):
        return ["sudo"]
    raise must_install(needs)


def must_install(needs: Sequence[Need]) -> HubError:
    """We may not install; say exactly what an administrator should type."""
    names = ", ".join(need.name for need in needs)
    return HubError(
        f"{names} 이(가) 없고, 설치할 권한도 없습니다. 관리자에게 아래 명령을 부탁해 주세요.",
        f"{names} missing, and no right to install; ask an administrator to run this.",
        manual_command(needs),
    )


def not_installed(needs: Sequence[Need], output: str) -> HubError:
    said = processes.excerpt(output)
    return HubError(
        "apt 설치에 실패했습니다.", f"apt could not install. It said:\n{said}", manual_command(needs)
    )


def manual_command(needs: Sequence[Need]) -> str:
    packages = " ".join(need.package for need in needs)
    return f"sudo apt-get update && sudo apt-get install {packages}"
