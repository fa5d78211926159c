"""One `hub` at a time changes a home."""

import contextlib
import fcntl
from collections.abc import Iterator

from infra.hub.errors import HubError
from infra.hub.settings import Settings


@contextlib.contextmanager
def held(settings: Settings, name: str = "hub") -> Iterator[None]:
    """Hold the home's lock; the kernel frees it when we die, so it cannot go stale."""
    with open(settings.run / f"{name}.lock", "w", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise busy() from None
        yield


def busy() -> HubError:
    return HubError(
        "다른 ./hub 명령이 같은 곳에서 작업 중입니다. 끝난 뒤에 다시 실행해 주세요.",
        "another ./hub command is at work in this home; try again when it has finished.",
        "./hub status",
    )
