"""PostgreSQL and Redis on their own, without the processes: what tests need."""

from dataclasses import replace

from infra.hub import environment, files, lock, postgres, redis
from infra.hub.errors import HubError
from infra.hub.processes import wait_until
from infra.hub.settings import Settings


def prepare(settings: Settings) -> None:
    """Directories, secrets and configuration of the private instances."""
    files.lay_out(settings)
    environment.make_secrets(settings)
    (settings.run / "metrics").mkdir(exist_ok=True, mode=0o700)
    if settings.private_postgres:
        postgres.prepare(settings)
    if settings.private_redis:
        redis.prepare(settings)


def private(settings: Settings) -> Settings:
    """The same home without the operator's own database or queue."""
    outside = dict(settings.outside)
    for name in ("DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "BROKER_URL"):
        outside.pop(name, None)
    return replace(settings, outside=outside)


def up(settings: Settings) -> None:
    """Start both and make the roles; running ones are left alone."""
    files.lay_out(settings)
    with lock.held(settings):
        prepare(settings)
        if settings.private_redis:
            redis.start(settings)
        if settings.private_postgres:
            postgres.start(settings)
            finish_postgres(settings)


def finish_postgres(settings: Settings) -> None:
    """Wait for the server, then make roles and database."""
    if not wait_until(lambda: postgres.ready(settings), 60):
        raise HubError(
            "PostgreSQL이 응답하지 않습니다.", "PostgreSQL does not answer.", "./hub logs postgres"
        )
    postgres.bootstrap(settings)


def down(settings: Settings) -> None:
    """Stop both if they run without the supervisor."""
    redis.stop(settings)
    postgres.stop(settings)
