"""Fixtures shared by all tests: real PostgreSQL and Redis, tenants from a factory, the API in process.

`./hub test` starts the services and exports DATABASE_ADMIN_URL, DATABASE_URL and REDIS_URL. Every test works
in tenants of its own, so nothing is cleaned up between tests and workers share the database.
"""

import base64
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_ONE_WORKER_AT_A_TIME = 0x54455354  # "TEST"
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")


def _prepare_environment() -> None:
    """Runs before anything of ours is imported: settings are read once."""
    home = Path(tempfile.mkdtemp(prefix=f"hanpyo-test-{_WORKER}-"))
    key = home / "master.key"
    # Fixed, so that parallel workers agree on the index of login addresses.
    key.write_text(base64.b64encode(b"a key that only the tests ever use"[:32]).decode())
    os.environ["HANPYO_MASTER_KEY_FILE"] = str(key)
    os.environ.pop("HANPYO_JWT_KEY_FILE", None)
    os.environ["STORAGE_URL"] = f"file://{home}/files"
    os.environ["HANPYO_LOG_LEVEL"] = "WARNING"
    redis_server = os.environ.get("REDIS_URL", "redis://127.0.0.1:18085/0").rsplit("/", 1)[0]
    os.environ["REDIS_URL"] = f"{redis_server}/{int(_WORKER) % 14 + 2}"
    os.environ["BROKER_URL"] = os.environ["REDIS_URL"]


_prepare_environment()

import dramatiq  # noqa: E402
import hypothesis  # noqa: E402
import psycopg  # noqa: E402
import redis as redis_client  # noqa: E402
from argon2 import PasswordHasher  # noqa: E402
from xdist.scheduler import LoadScopeScheduling  # noqa: E402

from shared.kernel.config import settings  # noqa: E402
from shared.runtime.app import make_app  # noqa: E402
from shared.runtime.manifest import load_functions  # noqa: E402
from shared.runtime.migrate import MigrationChanged, migrate, read_migrations  # noqa: E402
from shared.security import passwords  # noqa: E402
from tests.factories import Api, Camp, make_camp  # noqa: E402
from tests.stack import Stack  # noqa: E402

# A stall of the machine is no failure: what must be fast is measured by `./hub bench`. The same code is tried
# with the same examples each time; who looks for new ones takes `--hypothesis-profile=search`.
hypothesis.settings.register_profile(
    "hanpyo", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=True
)
hypothesis.settings.register_profile(
    "search", hypothesis.settings.get_profile("hanpyo"), derandomize=False, max_examples=2_000
)
hypothesis.settings.load_profile("hanpyo")

# A true hash takes 0.2 s of a processor by design, and every test registers a camp. Only the cost differs;
# tests/shared/security/test_passwords.py holds the true one, and the full stack pays it.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class StacksOnTheirWorkers(LoadScopeScheduling):  # type: ignore[misc]  # the library has no types
    """Spreads the tests over the workers, but keeps those that share a full stack on one of them: what is
    seen in a browser on one, what is broken on another. These two are the longest and begin first.
    """

    def _split_scope(self, nodeid: str) -> str:
        place = nodeid.partition("::")[0].rpartition("/")[0]
        return place if place in ("tests/e2e", "tests/faults") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    return StacksOnTheirWorkers(config, log)


@pytest.fixture(scope="session")
def database() -> None:
    """A migrated database; made anew when a migration was edited since the last run."""
    with psycopg.connect(settings().database_admin_url or "", autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [_ONE_WORKER_AT_A_TIME])
        try:
            migrate(settings(), read_migrations())
        except MigrationChanged:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
            migrate(settings(), read_migrations())


@pytest.fixture(scope="session")
def redis() -> Iterator["redis_client.Redis"]:
    """This worker's Redis database, empty at the start of the run."""
    with redis_client.Redis.from_url(settings().redis_url) as client:
        client.flushdb()
        yield client


@pytest.fixture(scope="session")
def app(database: None, redis: "redis_client.Redis") -> object:
    """The WSGI application with the whole function set."""
    return make_app(load_functions())


@pytest.fixture
def api(app: object) -> Api:
    """The API without a login."""
    return Api(app)


@pytest.fixture
def camp(app: object) -> Camp:
    """A fresh camp with its Owner logged in: `camp.api.get("/contacts")`."""
    return make_camp(app)


@pytest.fixture
def new_camp(app: object) -> Callable[[], Camp]:
    """Makes more camps."""
    return lambda: make_camp(app)


@pytest.fixture(autouse=True)
def impatient_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No search for similar people lets other tests go first, neither their lists nor their other work."""
    from shared.contacts import scanning
    from shared.kernel import spare_time

    monkeypatch.setattr(scanning, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(spare_time, "PAUSES", 0)


@pytest.fixture
def workers(app: object) -> Iterator[Callable[[], None]]:
    """Dramatiq workers of this process on the real broker; call the fixture to wait until all is done."""
    from shared.runtime.broker import ensure_broker

    broker = ensure_broker()
    broker.flush_all()
    worker = dramatiq.Worker(broker, worker_timeout=50, worker_threads=2)
    worker.start()

    def drain(timeout_seconds: float = 90) -> None:
        # A drained queue may have fed another one: two quiet rounds in a row mean that all is done.
        for _ in range(2):
            for queue in broker.get_declared_queues():
                broker.join(queue, timeout=int(timeout_seconds * 1000))
            worker.join()

    yield drain
    worker.stop()


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """A whole hub of its own, started and stopped by the hub command."""
    stack = Stack()
    stack.start()
    yield stack
    stack.stop()
