from collections.abc import Callable

import redis

from shared.kernel.config import settings
from shared.kernel.database import system_transaction
from shared.kernel.errors import Detail, Unavailable
from shared.kernel.i18n import Text
from shared.kernel.logging import get_logger
from shared.kernel.storage import storage
from shared.runtime import Request, http

_log = get_logger(__name__)


@http("GET", "/readyz", role=None, prefix="")
def readyz(request: Request) -> dict[str, str]:
    """Database, broker and storage answer. UNAVAILABLE names the part that does not."""
    checks = {"database": _database, "broker": _broker, "storage": _storage}
    failed = [name for name, check in checks.items() if not _passes(name, check)]
    if failed:
        raise Unavailable(
            details=[Detail(Text(f"{name} 응답 없음", f"{name} is down"), field=name) for name in failed]
        )
    return dict.fromkeys(checks, "ok")


def _passes(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except Exception:  # whatever goes wrong, the answer is "not ready", and the log says why
        _log.exception("not_ready", part=name)
        return False
    return True


def _database() -> None:
    with system_transaction() as connection:
        connection.execute("SELECT 1")


def _broker() -> None:
    with redis.Redis.from_url(settings().redis_url, socket_timeout=3) as client:
        client.ping()


def _storage() -> None:
    storage().check()
