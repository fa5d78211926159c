"""The scheduler: UTC whatever the machine's clock shows, one leader, no schedule that ends with an error."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from shared.kernel.config import settings
from shared.runtime import scheduler
from shared.runtime.manifest import load_functions
from shared.runtime.triggers import ScheduledFunction

# In London the clock goes back an hour on this night, in Berlin too: 01:30 comes twice.
NIGHT = datetime(2026, 10, 25, tzinfo=UTC)


@pytest.fixture
def london(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def fires(cron: str, hours: int = 4) -> list[datetime]:
    """When a schedule fires around the change of the clock."""
    trigger, now = scheduler.cron_trigger(cron), NIGHT
    found: list[datetime] = []
    while (at := trigger.get_next_fire_time(found[-1] if found else None, now)) and at < NIGHT + timedelta(
        hours=hours
    ):
        found.append(at)
        now = at + timedelta(microseconds=1)
    return found


def test_no_schedule_skips_or_repeats_an_hour_when_clocks_change(london: None) -> None:
    assert time.localtime(NIGHT.timestamp()).tm_isdst, "the machine is not in London"
    schedules = load_functions().schedules
    assert schedules
    for function in schedules:
        found = [at.astimezone(UTC) for at in fires(function.cron)]
        steps = {later - sooner for sooner, later in pairwise(found)}
        assert len(steps) <= 1, (function.name, function.cron, steps)
        assert all(at.utcoffset() == timedelta() for at in found)


def test_a_schedule_that_fails_is_called_again(monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[str] = []
    monkeypatch.setattr(scheduler._log, "exception", lambda event, **_: logged.append(event))

    def broken() -> None:
        raise RuntimeError

    call = scheduler._guarded(ScheduledFunction(broken, cron="0 * * * * *"))
    call()
    call()
    assert logged == ["schedule_failed", "schedule_failed"]


def leader_waits(connection: psycopg.Connection[Any]) -> threading.Thread:
    waiting = threading.Thread(target=scheduler._wait_for_turn, args=[connection], daemon=True)
    waiting.start()
    return waiting


def test_the_second_scheduler_waits_until_the_first_is_gone(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock goes with its connection, however it dies; another test run may lead just now."""
    monkeypatch.setattr(scheduler, "_LOCK_KEY", 0x54535400 + os.getpid())
    monkeypatch.setattr(scheduler, "time", SimpleNamespace(sleep=lambda _: time.sleep(0.02)))
    url = settings().database_url
    with psycopg.connect(url, autocommit=True) as second:
        with psycopg.connect(url, autocommit=True) as first:
            scheduler._wait_for_turn(first)
            waiting = leader_waits(second)
            waiting.join(0.2)
            assert waiting.is_alive()
        waiting.join(5)
        assert not waiting.is_alive()
