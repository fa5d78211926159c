"""The scheduler: one process that calls scheduled functions. A second one waits until the first is gone."""

import signal
import time
from types import FrameType

import psycopg
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger

from shared.kernel.config import settings
from shared.kernel.logging import configure_logging, get_logger
from shared.runtime.manifest import load_functions
from shared.runtime.triggers import ScheduledFunction

_LOCK_KEY = 0x48414E50594F  # "HANPYO": the advisory lock that only one scheduler holds
_log = get_logger(__name__)


def main() -> None:
    """Runs until SIGTERM."""
    configure_logging()
    scheduled = load_functions().schedules
    with psycopg.connect(settings().database_url, autocommit=True) as connection:
        _wait_for_turn(connection)
        _run(scheduled, connection)


def _wait_for_turn(connection: psycopg.Connection) -> None:
    while True:
        row = connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK_KEY]).fetchone()
        if row and row[0]:
            _log.info("scheduler_leads")
            return
        time.sleep(2)


def _run(scheduled: list[ScheduledFunction], connection: psycopg.Connection) -> None:
    scheduler = BlockingScheduler(timezone="UTC")
    for function in scheduled:
        scheduler.add_job(
            _guarded(function),
            cron_trigger(function.cron),
            id=function.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=30,
        )

    def keep_lead() -> None:
        # The lock lives with the connection: without it another scheduler may lead, so this one must stop.
        try:
            connection.execute("SELECT 1")
        except psycopg.Error:
            _log.error("scheduler_lost_its_lock")
            scheduler.shutdown(wait=False)

    scheduler.add_job(keep_lead, "interval", seconds=5)

    def stop(_: int, __: FrameType | None) -> None:
        scheduler.shutdown(wait=False)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    scheduler.start()


def cron_trigger(cron: str) -> CronTrigger:
    """A trigger from "second minute hour day month weekday". Raises ValueError for anything else."""
    second, minute, hour, day, month, weekday = cron.split()
    return CronTrigger(
        second=second, minute=minute, hour=hour, day=day, month=month, day_of_week=weekday, timezone="UTC"
    )


def _guarded(function: ScheduledFunction):  # type: ignore[no-untyped-def]  # APScheduler wants any callable
    def call() -> None:
        try:
            function.handler()
        except Exception:
            # The next tick tries again; a schedule must never end because one run failed.
            _log.exception("schedule_failed", schedule=function.name)

    return call


if __name__ == "__main__":
    main()
