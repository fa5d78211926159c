"""Walks that look for similar people: killed, twice in the queue, beside other people's lists and work."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from shared.contacts import imports, reviewing, scanning
from shared.kernel import spare_time
from shared.kernel.database import tenant_transaction
from tests.factories import Camp
from tests.functions.contacts.test_duplicates import add, queue, scan, twins


def test_a_second_walk_adds_nothing(camp: Camp) -> None:
    twins(camp)
    scan(camp)
    before = camp.rows("SELECT * FROM contact_reviews")
    scan(camp)
    assert camp.rows("SELECT * FROM contact_reviews") == before


def test_a_killed_walk_goes_on_where_it_was(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        add(camp, "홍길동", phones=[f"010-2345-{number * 1111 + 1234}"], birth="1970-01-02")
    monkeypatch.setattr(scanning, "BATCH", 2)
    with tenant_transaction(camp.tenant_id) as connection:
        scan_id = scanning.start_whole(connection)
    real, calls = reviewing.review, []

    def dies(*arguments: Any, **options: Any) -> int:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(scanning, "review", dies)
    with pytest.raises(KeyboardInterrupt):
        scanning.walk(camp.tenant_id, scan_id)
    assert camp.rows("SELECT done, status FROM contact_scans") == [{"done": 2, "status": "running"}]
    with tenant_transaction(camp.tenant_id) as connection:
        assert scanning.start_whole(connection) == scan_id
    assert not scanning.walk(camp.tenant_id, scan_id)
    assert camp.rows("SELECT done, total, status FROM contact_scans") == [
        {"done": 6, "total": 6, "status": "done"}
    ]
    assert len(queue(camp)) == 15


def test_a_walk_that_is_in_the_queue_twice_goes_on_once(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep asks for a walk that has waited long in the queue; nobody takes it out of the queue again."""
    monkeypatch.setattr(scanning, "BATCH", 1)
    twins(camp)
    with tenant_transaction(camp.tenant_id) as connection:
        scan_id = scanning.start_whole(connection)
    assert scanning.walk(camp.tenant_id, scan_id, 0, seconds=0) == (1, None)
    assert scanning.walk(camp.tenant_id, scan_id, 0, seconds=0) is None
    assert camp.rows("SELECT done, status FROM contact_scans") == [{"done": 1, "status": "running"}]
    assert scanning.walk(camp.tenant_id, scan_id, 1) is None
    assert camp.rows("SELECT done, status FROM contact_scans") == [{"done": 2, "status": "done"}]


def test_two_workers_at_one_walk(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    twins(camp)
    with tenant_transaction(camp.tenant_id) as connection:
        scan_id = scanning.start_whole(connection)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: scanning.walk(camp.tenant_id, scan_id), range(4)))
    assert len(queue(camp)) == 1
    assert camp.rows("SELECT done FROM contact_scans") == [{"done": 2}]


def walk(camp: Camp, pause: scanning.Pause | None = None) -> scanning.Pause | None:
    """Goes on with a walk over the whole camp, or begins one, for a batch."""
    with tenant_transaction(camp.tenant_id) as connection:
        scan_id = scanning.start_whole(connection)
    return scanning.walk(camp.tenant_id, scan_id, *(pause or ()), seconds=0)


def test_a_walk_lets_anybodys_list_go_first(
    camp: Camp, new_camp: Callable[[], Camp], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes again while another camp's list comes in. Tests beside this one have lists under way too, and
    end the lists of others: after the first look, this one says itself how long they take."""
    twins(camp)
    assert new_camp().api.upload("/contacts/imports", b"a,b\r\n1,2\r\n").status_code == 202
    assert imports.is_any_under_way()
    monkeypatch.setattr(scanning, "imports", SimpleNamespace(is_any_under_way=lambda: True))
    monkeypatch.setattr(scanning, "PATIENCE_SECONDS", 30.0)
    first = walk(camp)
    assert first
    assert first.until
    assert first.done is None
    assert walk(camp, first) == first, "its patience does not begin anew"
    assert queue(camp) == []
    monkeypatch.setattr(scanning, "imports", SimpleNamespace(is_any_under_way=lambda: False))
    monkeypatch.setattr(spare_time, "is_crowded", lambda: pytest.fail("a short walk does not ask"))
    assert walk(camp, first) == (2, None)
    assert len(queue(camp)) == 1


def test_a_walk_that_let_a_list_go_first_comes_again(
    camp: Camp, workers: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def look() -> bool:
        nonlocal looks
        looks += 1
        return looks < 3

    twins(camp)
    monkeypatch.setattr(scanning, "imports", SimpleNamespace(is_any_under_way=look))
    monkeypatch.setattr(scanning, "PATIENCE_SECONDS", 30.0)
    assert camp.api.post("/contacts/duplicates/scan").status_code == 202
    workers()
    assert looks >= 3
    assert len(queue(camp)) == 1


def test_a_list_that_never_ends_starves_no_walk(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    twins(camp)
    monkeypatch.setattr(scanning, "imports", SimpleNamespace(is_any_under_way=lambda: True))
    monkeypatch.setattr(scanning, "PATIENCE_SECONDS", 0.1)
    first = walk(camp)
    assert first is not None
    time.sleep(0.1)
    assert walk(camp, first) == (2, None)
    assert len(queue(camp)) == 1


def test_a_long_walk_lets_others_go_first_between_its_batches(
    camp: Camp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never sleeps: whatever else is in the queue would wait as well."""
    crowded = True
    monkeypatch.setattr(spare_time.Piece, "owed", lambda _: 60.0)
    monkeypatch.setattr(spare_time, "is_crowded", lambda: crowded)
    monkeypatch.setattr(scanning, "imports", SimpleNamespace(is_any_under_way=lambda: False))
    monkeypatch.setattr(scanning, "BATCH", 2)
    monkeypatch.setattr(scanning, "BRIEF", 3)
    for number in range(5):
        camp.api.post("/contacts", {"name": "홍길동", "phones": [f"010-2345-67{number:02d}"]})
    assert walk(camp) == (2, None), "the first few are compared at once"
    pause = walk(camp, scanning.Pause(2, None))
    assert pause
    assert pause.until
    assert pause.done == 4
    assert not spare_time.is_over(pause.until)
    assert walk(camp, pause) == pause
    crowded = False
    last = walk(camp, pause)
    assert last
    assert last.done == 5
    assert walk(camp, last) is None
    assert camp.rows("SELECT done, status FROM contact_scans") == [{"done": 5, "status": "done"}]
