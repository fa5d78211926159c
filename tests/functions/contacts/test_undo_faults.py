"""The undo of an import under kill −9: the sweep finds it, and it ends as if nobody had been killed."""

import os
import signal
import subprocess
import sys
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest

from functions.contacts.recover_imports import recover_imports
from functions.contacts.undo_import import undo_import
from shared.contacts import import_undo, store_imports
from tests.contact_history import import_now
from tests.factories import Camp

KNOWN, NEW, AT_ONCE = 6, 14, 5

# Runs the undo actor in a process of its own that is killed when it enters a function for the nth time.
KILLED_UNDO = f"""
import os, signal, sys
from importlib import import_module
from functions.contacts.undo_import import undo_import
from shared.contacts import import_undo

place, nth, tenant_id, import_id = sys.argv[1:5]
import_undo.ROWS_AT_ONCE = {AT_ONCE}
module, name = place.rsplit(".", 1)
owner, calls = import_module(module), []
real = getattr(owner, name)

def killed(*arguments, **named):
    calls.append(1)
    if len(calls) == int(nth):
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)

setattr(owner, name, killed)
undo_import.fn(tenant_id, import_id)
"""


def _file(first: int, last: int, district: str) -> str:
    rows = (f"홍길{chr(0xAC00 + 28 * i)},010-2345-{i:04d},{district} {i}" for i in range(first, last))
    return "\n".join(["성명,휴대폰번호,주소", *rows])


def _undoing(camp: Camp) -> UUID:
    """An undo that was begun and whose queued work is lost."""
    import_now(camp, _file(0, KNOWN, "동작구 상도로"))
    import_id = import_now(camp, _file(0, KNOWN + NEW, "관악구 봉천로"), on_existing="overwrite")
    with patch.object(undo_import, "send"):
        assert camp.api.post(f"/contacts/imports/{import_id}/undo").status_code == 202
    return import_id


def _killed(camp: Camp, import_id: UUID, place: str, nth: int) -> None:
    arguments = [sys.executable, "-c", KILLED_UNDO, place, str(nth), str(camp.tenant_id), str(import_id)]
    done = subprocess.run(arguments, env={**os.environ, "PYTHONPATH": "."}, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


def _sweep(camp: Camp) -> None:
    """The recovery sweep, for one camp: it crosses tenants."""
    with camp.transaction() as connection:
        connection.execute("UPDATE imports SET progressed_at = now() - interval '21 seconds'")
    everybody = store_imports.stalled

    def ours(*arguments: Any) -> list[dict[str, Any]]:
        return [row for row in everybody(*arguments) if row["tenant_id"] == camp.tenant_id]

    with (
        patch.object(store_imports, "stalled", ours),
        patch.object(undo_import, "send", undo_import.fn),
        patch.object(import_undo, "ROWS_AT_ONCE", AT_ONCE),
    ):
        recover_imports()


def _people(camp: Camp) -> list[dict[str, Any]]:
    return sorted(
        ({"name": item["name"], "address": item["address"]} for item in _items(camp)),
        key=lambda item: item["name"],
    )


def _items(camp: Camp) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = camp.api.get("/contacts", params={"limit": 100}).json["data"]
    return items


@pytest.mark.parametrize(
    ("place", "nth"),
    [
        # Contacts written, their search tokens not yet.
        ("shared.contacts.undoing.reindex_all", 1),
        # Its contacts are gone, the mark is not moved; the first pieces were committed.
        ("shared.contacts.store_import_undo.progress", 3),
        # All pieces are committed, the end is not.
        ("shared.contacts.store_import_undo.finish", 1),
    ],
)
def test_an_undo_killed_anywhere_is_finished_by_the_sweep(camp: Camp, place: str, nth: int) -> None:
    import_id = _undoing(camp)
    _killed(camp, import_id, place, nth)
    state = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    assert state["status"] == "undoing"
    _sweep(camp)
    state = camp.api.get(f"/contacts/imports/{import_id}").json["data"]
    assert (state["status"], state["undo"]) == ("undone", {"restored": KNOWN, "removed": NEW, "kept": 0})
    people = _people(camp)
    assert len(people) == KNOWN
    assert all(person["address"].startswith("동작구 상도로") for person in people)
    assert camp.rows("SELECT FROM contact_changes WHERE cause_id = %s", import_id) == []
    (points,) = camp.rows("SELECT count(*) FROM contact_points")
    assert points["count"] == KNOWN
