"""The web UI, built once per state of its sources and kept beside older builds."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.hub import processes
from infra.hub.settings import Settings

NOT_SOURCES = {"node_modules", ".next", "out", "swagger", "next-env.d.ts", "tsconfig.tsbuildinfo"}


def sources(settings: Settings) -> Path:
    return settings.root / "frontend"


def current(settings: Settings) -> Path:
    """Where the build of the present sources is, or will be."""
    return settings.frontend / source_hash(sources(settings))


def source_hash(place: Path) -> str:
    """A digest of every source file's path and content."""
    digest = hashlib.sha256()
    for path in source_files(place):
        digest.update(f"{path.relative_to(place)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def source_files(place: Path) -> list[Path]:
    """The files a build depends on, sorted."""
    found = []
    for directory, names, file_names in os.walk(place):
        names[:] = [name for name in names if name not in NOT_SOURCES]
        found += [Path(directory, name) for name in file_names if name not in NOT_SOURCES]
    return sorted(path for path in found if path.is_file())


def built(settings: Settings) -> bool:
    return (current(settings) / "server.js").exists()


def build(settings: Settings, environment: dict[str, str]) -> None:
    """Install packages and build; the result appears whole or not at all."""
    if built(settings):
        return
    with building(settings):
        if built(settings):
            return
        install_packages(settings, environment)
        target = current(settings)
        settled = {**environment, "NEXT_TELEMETRY_DISABLED": "1", "NODE_ENV": "production"}
        npm(settings, settled, "run", "build")
        publish(sources(settings), target)
        forget_old_builds(target)


def install_packages(settings: Settings, environment: dict[str, str]) -> None:
    """`npm ci`, only when package-lock.json differs from what node_modules was made of."""
    place = sources(settings)
    lock = hashlib.sha256((place / "package-lock.json").read_bytes()).hexdigest()
    stamp = place / "node_modules" / ".hanpyo-lock"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return
    npm(settings, environment, "ci", "--no-audit", "--no-fund", "--prefer-offline")
    stamp.write_text(lock, encoding="utf-8")


def npm(settings: Settings, environment: dict[str, str], *arguments: str) -> str:
    """Run npm in the frontend directory; raises `HubError` with the end of its output."""
    argv = ["npm", *arguments]
    return processes.run(argv, environment=environment, directory=sources(settings))


def publish(place: Path, target: Path) -> None:
    """Put Next's standalone server, its static files and `public` into one directory."""
    unfinished = target.with_name(f"{target.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    shutil.copytree(place / ".next" / "standalone", unfinished, symlinks=True)
    static = Path(".next", "static")
    shutil.copytree(place / static, unfinished / static, dirs_exist_ok=True)
    if (place / "public").is_dir():
        shutil.copytree(place / "public", unfinished / "public", dirs_exist_ok=True)
    unfinished.rename(target)


def forget_old_builds(target: Path) -> None:
    """Keep this build and the one before it, which a running stack may still serve."""
    others = [path for path in target.parent.iterdir() if path.is_dir() and path != target]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[1:]:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def building(settings: Settings) -> Iterator[None]:
    """One build at a time: all homes share the sources' node_modules and .next."""
    settings.frontend.mkdir(parents=True, exist_ok=True)
    shared = settings.root / ".hub-build"
    shared.mkdir(exist_ok=True)
    with open(shared / "lock", "w", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
