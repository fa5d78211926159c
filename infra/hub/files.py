"""Files and directories with the right owner and mode, written whole or not at all."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

from infra.hub.errors import HubError, disk_full
from infra.hub.settings import Settings, service_user

FREE_BYTES_NEEDED = 1_000_000_000


def write(path: Path, text: str, mode: int = 0o644, *, for_service: bool = False) -> None:
    """Replace `path` atomically; a power cut leaves the old or the new text, never half."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    if for_service:
        own(temporary)
    os.replace(temporary, path)


def own(path: Path) -> None:
    """Give `path` to the service account when we are root."""
    user = service_user()
    if user:
        os.chown(path, user.pw_uid, user.pw_gid)


def service_directory(path: Path) -> Path:
    """A 0700 directory of the service account, its parents passable."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    path.mkdir(exist_ok=True, mode=0o700)
    own(path)
    return path


def lay_out(settings: Settings) -> None:
    """Make the directories of a home; raises `HubError` when the disk is nearly full."""
    # The service account passes through home (711) but cannot list it.
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.home.chmod(0o711)
    for private in (settings.secrets, settings.logs, settings.run, settings.files):
        private.mkdir(exist_ok=True, mode=0o700)
    settings.sockets.mkdir(exist_ok=True, mode=0o700)
    if settings.sockets.stat().st_uid != os.getuid():
        raise PermissionError(13, "not ours", str(settings.sockets))
    require_room(settings.home)


def require_room(path: Path) -> None:
    """Refuse early, in words, rather than in the middle of an installation."""
    if shutil.disk_usage(path).free < FREE_BYTES_NEEDED:
        raise disk_full(str(path))


def secret(settings: Settings, name: str, make: Callable[[], str] | None = None) -> str:
    """The secret `name`, made on first use, kept 0600 in the secrets directory, never printed."""
    path = settings.secrets / name
    with contextlib.suppress(FileNotFoundError):
        text = path.read_text(encoding="utf-8").strip()
        if text:
            return text
    if not path.parent.is_dir():
        raise HubError("아직 시작한 적이 없습니다.", "this home has never been started.", "./hub up")
    write(path, (make or random_token)() + "\n", mode=0o600)
    return path.read_text(encoding="utf-8").strip()


def random_token() -> str:
    """32 random bytes in hexadecimal, safe inside a URL."""
    return secrets.token_hex(32)
