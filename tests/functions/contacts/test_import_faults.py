"""Imports under kill −9, replays, lost queues and races: each completes exactly once."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from psycopg import OperationalError
from psycopg.errors import DeadlockDetected, DiskFull

from functions.contacts.fail_import import fail_import
from functions.contacts.ingest_chunks import ingest_chunks
from functions.contacts.inspect_import import inspect_import
from functions.contacts.recover_imports import recover_imports
from shared.contacts import finishing, import_files, imports, ingest, store_chunks, store_imports
from shared.contacts.import_states import ALLOWED_FROM, TERMINAL, WORKING
from shared.kernel.config import settings
from shared.kernel.database import waits_for_database
from shared.kernel.storage import storage
from tests.corpus import Row, as_csv, voter_list
from tests.factories import Camp

Drain = Callable[[], None]
CHUNK_ROWS = 1_000
ROWS = voter_list(1_200, seed=11)  # two chunks, and enough to be worth new statistics at the end
MANY = voter_list(3_000, seed=11)  # where it takes time to race


def persons(rows: list[Row]) -> int:
    return len({row.person for row in rows if row.person is not None})


ORPHANS = """SELECT 1 FROM contact_points p
              LEFT JOIN contacts k ON k.tenant_id = p.tenant_id AND k.id = p.contact_id
              WHERE k.id IS NULL OR k.deleted_at IS NOT NULL"""

# Runs one step of an import in a process of its own that is killed when it enters a function.
KILLED_STEP = """
import os, signal, sys
from importlib import import_module
from uuid import UUID

step, place, tenant_id, import_id, chunk_rows = sys.argv[1:6]
import_module("shared.contacts.import_files").CHUNK_ROWS = int(chunk_rows)
module, name = place.rsplit(".", 1)
owner = import_module(module)
setattr(owner, name, lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
from shared.contacts import finishing, imports, ingest
ids = UUID(tenant_id), UUID(import_id)
{"inspect": lambda: imports.inspect(*ids), "ingest": lambda: ingest.ingest(*ids, 1),
 "finish": lambda: finishing.finish(*ids)}[step]()
"""


@pytest.fixture(autouse=True)
def short_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", CHUNK_ROWS)


def upload(camp: Camp, rows: list[Row] = ROWS) -> UUID:
    """An upload whose queued work is lost."""
    with patch.object(inspect_import, "send"):
        answer = camp.api.upload("/contacts/imports", as_csv(rows), source="명부", legal_basis="consent")
    return UUID(answer.json["data"]["id"])


def look(camp: Camp, import_id: UUID) -> dict[str, Any]:
    found: dict[str, Any] = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    return found


def be_late(camp: Camp, seconds: int = 21) -> None:
    """Lets time pass since the last progress."""
    with camp.transaction() as connection:
        connection.execute("UPDATE imports SET progressed_at = now() - make_interval(secs => %s)", [seconds])


def run_killed(camp: Camp, import_id: UUID, step: str, place: str) -> None:
    arguments = [step, place, str(camp.tenant_id), str(import_id), str(CHUNK_ROWS)]
    command = [sys.executable, "-c", KILLED_STEP, *arguments]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": "."}, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


def sweep(camp: Camp) -> None:
    """The recovery sweep, for one camp: it crosses tenants, and other tests leave unfinished imports."""
    everybody = store_imports.stalled
    ours = {camp.tenant_id}
    with patch.object(
        store_imports, "stalled", lambda *_: [row for row in everybody(*_) if row["tenant_id"] in ours]
    ):
        recover_imports()


def recover(camp: Camp, drain: Drain) -> None:
    be_late(camp)
    sweep(camp)
    drain()


def assert_done_once(camp: Camp, import_id: UUID, rows: list[Row] = ROWS) -> None:
    done = look(camp, import_id)
    assert done["status"] == "completed", done["error"]
    assert done["counts"]["created"] == persons(rows)
    assert done["counts"]["rows"] == done["progress"]["done_rows"] == len(rows)
    (people,) = camp.rows("SELECT count(*) FROM contacts")
    (results,) = camp.rows("SELECT count(*) FROM import_results")
    (rejects,) = camp.rows("SELECT count(*) FROM import_rejects")
    assert people["count"] == persons(rows)
    assert results["count"] == len(rows) - rejects["count"]
    assert rejects["count"] == done["counts"]["rejected"]
    assert camp.rows(ORPHANS) == []


@pytest.mark.parametrize(
    ("step", "place"),
    [
        ("inspect", "shared.contacts.inspection.find_header"),
        ("inspect", "shared.contacts.store_imports.insert_chunks"),
        ("ingest", "shared.contacts.ingest.read_chunk"),
        ("ingest", "shared.contacts.store_chunks.insert_points"),
        ("ingest", "shared.contacts.store_chunks.insert_results"),
        ("ingest", "shared.contacts.store_imports.finish_chunk"),
        ("finish", "shared.contacts.store_imports.refresh_contact_statistics"),
        # After the commit, before the files are destroyed.
        ("finish", "shared.contacts.finishing.ImportFiles"),
    ],
)
def test_a_worker_killed_anywhere_loses_and_doubles_nothing(
    camp: Camp, workers: Drain, step: str, place: str
) -> None:
    import_id = upload(camp)
    if step != "inspect":
        chunks = imports.inspect(camp.tenant_id, import_id)
        if step == "finish":
            for number in chunks:
                ingest.ingest(camp.tenant_id, import_id, number)
    run_killed(camp, import_id, step, place)
    assert look(camp, import_id)["status"] != "failed"
    recover(camp, workers)
    assert_done_once(camp, import_id)


def test_a_killed_chunk_leaves_nothing(camp: Camp) -> None:
    import_id = upload(camp)
    imports.inspect(camp.tenant_id, import_id)
    run_killed(camp, import_id, "ingest", "shared.contacts.store_imports.finish_chunk")
    left = (
        "SELECT 1 FROM contacts UNION ALL SELECT 1 FROM import_rejects UNION ALL SELECT 1 FROM import_results"
    )
    assert camp.rows(left) == []
    assert look(camp, import_id)["progress"]["done_rows"] == 0


def test_every_step_may_run_twice(camp: Camp) -> None:
    import_id = upload(camp)
    tenant_id = camp.tenant_id
    chunks = imports.inspect(tenant_id, import_id)
    assert imports.inspect(tenant_id, import_id) == chunks  # a redelivered message starts them again
    assert [ingest.ingest(tenant_id, import_id, number) for number in chunks] == [False, True]
    # Redelivered: the end is told again, the rows are not read again.
    assert [ingest.ingest(tenant_id, import_id, number) for number in chunks] == [True, True]
    assert finishing.finish(tenant_id, import_id)
    assert not finishing.finish(tenant_id, import_id)
    assert not ingest.ingest(tenant_id, import_id, chunks[0])
    assert imports.inspect(tenant_id, import_id) == []
    assert_done_once(camp, import_id)


def test_two_workers_on_the_same_chunks_count_them_once(camp: Camp) -> None:
    import_id = upload(camp, MANY)
    chunks = imports.inspect(camp.tenant_id, import_id)
    with ThreadPoolExecutor(4) as pool:
        following = list(
            pool.map(lambda number: ingest.ingest(camp.tenant_id, import_id, number), chunks * 2)
        )
    assert any(following)
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda _: finishing.finish(camp.tenant_id, import_id), range(3)))
    assert done.count(True) == 1
    assert_done_once(camp, import_id, MANY)


def test_a_chunk_before_its_turn_comes_back_later(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first chunk's worker was killed: the second one's does not wait for it for ever."""
    monkeypatch.setattr(ingest, "_TURN_SECONDS", 0.1)
    import_id = upload(camp)
    chunks = imports.inspect(camp.tenant_id, import_id)
    with pytest.raises(ingest.NotYetItsTurn):
        ingest.ingest(camp.tenant_id, import_id, chunks[1])
    assert look(camp, import_id)["progress"]["done_rows"] == 0
    assert [ingest.ingest(camp.tenant_id, import_id, number) for number in chunks] == [False, True]


def test_two_files_of_the_same_people_at_once_make_them_once(
    camp: Camp, workers: Drain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_files, "CHUNK_ROWS", 2 * CHUNK_ROWS)  # two: many wait long for their turns
    for _ in range(3):
        answer = camp.api.upload("/contacts/imports", as_csv(MANY), source="명부", legal_basis="consent")
        assert answer.status_code == 202
    workers()
    items = camp.api.get("/contacts/imports").json["data"]
    assert [item["status"] for item in items] == ["completed"] * 3
    assert sorted(item["counts"]["created"] for item in items) == [0, 0, persons(MANY)]
    (people,) = camp.rows("SELECT count(*) FROM contacts")
    assert people["count"] == persons(MANY)


def test_a_lost_queue_is_found_within_the_window(camp: Camp, workers: Drain) -> None:
    import_id = upload(camp)
    be_late(camp, 15)
    sweep(camp)
    workers()
    assert look(camp, import_id)["status"] == "queued"  # not yet late: somebody may be at it
    be_late(camp, 21)
    sweep(camp)
    recover_imports()  # claimed: given out once per window
    workers()
    assert_done_once(camp, import_id)


def test_what_never_moves_ends_with_an_error(camp: Camp, workers: Drain) -> None:
    import_id = upload(camp)
    be_late(camp)
    with camp.transaction() as connection:
        connection.execute("UPDATE imports SET recoveries = %s", [imports.MAX_RECOVERIES])
    sweep(camp)
    workers()
    failed = look(camp, import_id)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "internal")


def test_an_actor_that_fails_too_often_ends_the_import(camp: Camp, workers: Drain) -> None:
    """What is in stays, whole person by whole person, and can be undone; nothing follows."""
    import_id = upload(camp)
    chunks = imports.inspect(camp.tenant_id, import_id)
    ingest.ingest(camp.tenant_id, import_id, chunks[0])
    (before,) = camp.rows("SELECT count(*) FROM contacts")
    fail_import.send({"args": [str(camp.tenant_id), str(import_id), 2]}, {"retries": 5, "max_retries": 5})
    workers()
    failed = look(camp, import_id)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "internal")
    assert failed["counts"]["created"] == before["count"] > 0
    assert not ingest.ingest(camp.tenant_id, import_id, chunks[1])
    assert look(camp, import_id)["status"] == "failed"
    assert camp.rows("SELECT count(*) FROM contacts") == [before]


def test_a_full_database_ends_the_import_with_a_sentence(camp: Camp) -> None:
    import_id = upload(camp)
    imports.inspect(camp.tenant_id, import_id)
    with patch.object(store_chunks, "insert_points", side_effect=DiskFull):
        ingest_chunks(str(camp.tenant_id), str(import_id))
    failed = look(camp, import_id)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "storage_full")
    assert camp.rows("SELECT 1 FROM contacts UNION ALL SELECT 1 FROM import_results") == []
    assert not any(storage().list(f"imports/{camp.tenant_id}"))


def test_a_recovery_frees_the_chunks_that_the_dead_had_claimed(camp: Camp) -> None:
    import_id = upload(camp)
    imports.inspect(camp.tenant_id, import_id)
    with camp.transaction() as connection:
        assert store_imports.claim_chunk(connection, import_id) == 1
    be_late(camp)
    sweep(camp)
    with camp.transaction() as connection:
        assert store_imports.claim_chunk(connection, import_id) == 1


def test_an_outage_of_the_database_is_waited_out() -> None:
    assert waits_for_database(4, ValueError())
    assert not waits_for_database(5, ValueError())
    assert not waits_for_database(5, DeadlockDetected())
    assert waits_for_database(50, OperationalError())


def test_a_point_that_somebody_takes_meanwhile_does_not_split_a_person(camp: Camp) -> None:
    """The chunk that loses the race fails whole and, tried again, finds the member's contact."""
    import_id = upload(camp)
    chunks = imports.inspect(camp.tenant_id, import_id)
    person = next(row for row in ROWS if row.person is not None and row.cells[2].startswith("010-"))
    insert = store_chunks.insert_contacts
    raced: list[Any] = []

    def late(*arguments: Any) -> None:
        if not raced:
            raced.append(
                camp.api.post("/contacts", {"name": person.cells[0], "phones": [person.cells[2][:13]]})
            )
        insert(*arguments)

    with patch.object(store_chunks, "insert_contacts", late):
        for number in chunks:
            ingest.ingest(camp.tenant_id, import_id, number)
    assert raced[0].status_code == 201
    assert finishing.finish(camp.tenant_id, import_id)
    done = look(camp, import_id)
    assert done["counts"]["created"] == persons(ROWS) - 1
    assert done["counts"]["updated"] == 1


def test_the_state_machine_has_no_way_out_of_an_end() -> None:
    for allowed in ALLOWED_FROM.values():
        assert not TERMINAL & set(allowed)
    assert set(WORKING) <= set(ALLOWED_FROM["failed"])


def test_uploads_are_stored_sealed(camp: Camp) -> None:
    import_id = upload(camp)
    imports.inspect(camp.tenant_id, import_id)
    root = settings().storage_url.removeprefix("file://")
    folder = f"{root}/imports/{camp.tenant_id}/{import_id}"
    assert sorted(os.listdir(folder)) == ["rows-1", "rows-2", "source"]
    for name in os.listdir(folder):
        with open(f"{folder}/{name}", "rb") as file:
            data = file.read()
        assert b"naver.com" not in data
        assert "마포구".encode() not in data
