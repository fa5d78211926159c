"""The locked Python environment: made once, mended when broken, updated when a lock changes."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from infra.hub import processes
from infra.hub.errors import HubError
from infra.hub.settings import Settings

RUNTIME = "requirements.lock"
DEVELOPMENT = "requirements-dev.lock"
PIP = ("-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check")


def python(settings: Settings) -> Path:
    return settings.venv / "bin" / "python"


def satisfied(settings: Settings, lock: str) -> bool:
    """Whether the environment works and holds what `lock` asks for."""
    wanted = lock_hash(settings, lock)
    return read_stamp(settings).get(lock) == wanted and works(settings)


def ensure(settings: Settings, lock: str) -> None:
    """Bring the environment to `lock`. An interrupted run leaves no stamp and is simply redone."""
    if satisfied(settings, lock):
        return
    stamp_path(settings).unlink(missing_ok=True)
    if not usable(settings):
        create(settings)
    pip(settings, "--require-hashes", "--only-binary=:all:", "-r", str(settings.root / lock))
    write_stamp(settings, lock)


def usable(settings: Settings) -> bool:
    """Whether there is an environment of this Python to install into."""
    try:
        made_by = identity_path(settings).read_text(encoding="utf-8")
    except OSError:
        return False
    return made_by == python_identity() and works(settings)


def create(settings: Settings) -> None:
    """A fresh virtual environment of the Python that runs us. Raises HubError where another's files are."""
    if _is_not_ours(settings):
        raise HubError(
            f"HANPYO_VENV 폴더({settings.venv})에 한표의 것이 아닌 파일이 있습니다. 빈 폴더를 지정하세요.",
            f"HANPYO_VENV ({settings.venv}) holds files that are not Hanpyo's; name an empty folder",
            "HANPYO_VENV=…/venv ./hub up",
        )
    shutil.rmtree(settings.venv, ignore_errors=True)
    settings.venv.mkdir(parents=True, exist_ok=True)
    identity_path(settings).touch()  # half made, it is ours all the same
    processes.run([base_python(), "-m", "venv", str(settings.venv)])
    identity_path(settings).write_text(python_identity(), encoding="utf-8")


def _is_not_ours(settings: Settings) -> bool:
    """Whether there is something that we have not made, and so must not delete."""
    is_named = settings.venv != (settings.home / "venv").absolute()
    is_filled = settings.venv.is_dir() and any(settings.venv.iterdir())
    return is_named and is_filled and not identity_path(settings).exists()


def identity_path(settings: Settings) -> Path:
    return settings.venv / ".hanpyo-python"


def pip(settings: Settings, *arguments: str) -> None:
    """pip install inside the environment; hashes are checked against the lock."""
    inherited = {k: v for k, v in settings.outside.items() if not k.startswith("PYTHON")}
    try:
        processes.run([str(python(settings)), *PIP, *arguments], environment=inherited)
    except HubError as error:
        raise HubError(
            "Python 패키지를 내려받아 설치하지 못했습니다. 인터넷 연결을 확인해 주세요.",
            f"the Python packages could not be installed; is there a network? {error.english}",
            "./hub up",
        ) from error


def works(settings: Settings) -> bool:
    """Whether the environment's interpreter and pip start (a moved or half-made one does not)."""
    program = str(python(settings))
    return Path(program).exists() and processes.succeeds([program, "-c", "import pip"])


def base_python() -> str:
    """The machine's Python, also when we run inside an environment of ours: tests start `./hub` from theirs,
    which must neither be taken for another Python nor be deleted under their feet.
    """
    own = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    return str(own) if own.exists() else sys.executable


def python_identity() -> str:
    """Changes when the machine's Python is replaced by another version."""
    return f"{base_python()} {sys.version_info.major}.{sys.version_info.minor}"


def lock_hash(settings: Settings, lock: str) -> str:
    text = (settings.root / lock).read_bytes() + python_identity().encode()
    return hashlib.sha256(text).hexdigest()


def stamp_path(settings: Settings) -> Path:
    return settings.venv / ".hanpyo-locks.json"


def read_stamp(settings: Settings) -> dict[str, str]:
    """Which locks the environment satisfies; empty when unknown."""
    try:
        return dict(json.loads(stamp_path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamp(settings: Settings, lock: str) -> None:
    """Remember `lock`; the development lock contains the runtime lock and satisfies it too."""
    locks = {lock} | ({RUNTIME} if lock == DEVELOPMENT else set())
    stamp = {name: lock_hash(settings, name) for name in locks}
    stamp_path(settings).write_text(json.dumps(stamp), encoding="utf-8")


def run_module(
    settings: Settings, environment: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess[str]:
    """`python -m …` inside the environment with captured output; never raises for its exit code."""
    return subprocess.run(  # noqa: S603 argv is ours, no shell
        [str(python(settings)), "-m", *arguments],
        env=environment,
        cwd=settings.root,
        capture_output=True,
        text=True,
        check=False,
    )


def call_module(settings: Settings, environment: dict[str, str], *arguments: str) -> int:
    """`python -m …` inside the environment on our own terminal; returns its exit code."""
    argv = [str(python(settings)), "-m", *arguments]
    finished = subprocess.run(argv, env=environment, cwd=settings.root, check=False)  # noqa: S603
    return finished.returncode
