"""Files of contacts when a worker dies, another one overtakes it, or the disk is full."""

import random
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from functions.contacts.recover_exports import recover_exports
from shared.selections import exports, store, store_exports
from tests.factories import Camp
from tests.functions.contacts.exporting import lines, look, made, person, start, stored

Drain = Callable[[], None]


class Killed(BaseException):
    pass


def test_a_kill_leaves_no_half_file_and_the_next_attempt_begins_anew(
    camp: Camp, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "PIECE", 1)
    for n, name in enumerate("가나다"):
        person(camp, f"사람{name}", f"010-2000-000{n}")
    export_id = start(camp)

    def die(*_: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        calls = iter([store_exports.contacts, die])
        patch.setattr(store_exports, "contacts", lambda *given: next(calls)(*given))
        with pytest.raises(Killed):
            exports.make(camp.tenant_id, UUID(export_id))
    assert look(camp, export_id)["download_url"] is None
    assert stored(camp) == []
    exports.make(camp.tenant_id, UUID(export_id))
    assert look(camp, export_id)["status"] == "running", "who died a moment ago may be at it still"
    with camp.transaction() as connection:
        connection.execute("UPDATE exports SET progressed_at = now() - interval '1 minute'")
    workers: Drain = request.getfixturevalue("workers")  # not before: they would make the file themselves
    recover_exports()
    workers()
    assert len(lines(camp, export_id)) == 4
    assert look(camp, export_id)["done"] == 3


def test_an_attempt_that_was_overtaken_stops(camp: Camp, monkeypatch: pytest.MonkeyPatch) -> None:
    person(camp, "홍길동", "010-2345-6789")
    export_id = start(camp)

    def overtake(*given: Any) -> Any:
        with camp.transaction() as connection:
            connection.execute("UPDATE exports SET attempt = attempt + 1")
        return real(*given)

    real = store.piece_after
    monkeypatch.setattr(store, "piece_after", overtake)
    exports.make(camp.tenant_id, UUID(export_id))
    assert (look(camp, export_id)["status"], stored(camp)) == ("running", [])


def test_what_fails_again_and_again_is_given_up(camp: Camp) -> None:
    export_id = start(camp)
    with camp.transaction() as connection:
        connection.execute("UPDATE exports SET attempt = %s", [exports.MAX_ATTEMPTS])
    exports.make(camp.tenant_id, UUID(export_id))
    assert look(camp, export_id)["status"] == "failed"
    assert camp.api.get(f"/contacts/exports/{export_id}/download").status_code == 409


@contextmanager
def no_room_beyond(size: int) -> Iterator[None]:
    """No file of this process may grow larger: writing on fails as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def _noise(seed: int) -> str:
    """Text that hardly gets smaller."""
    return "".join(map(chr, random.Random(seed).choices(range(0xAC00, 0xD7A3), k=2_000)))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_full_disk_ends_it_with_a_sentence_and_no_half_file(camp: Camp, kind: str) -> None:
    for number in range(30):
        person(camp, "홍길동", f"010-2345-67{number:02d}", note=_noise(number))
    export_id = start(camp, format=kind)
    with no_room_beyond(4_096):
        exports.make(camp.tenant_id, UUID(export_id))
    done = look(camp, export_id)
    assert (done["status"], done["download_url"], stored(camp)) == ("failed", None, [])
    assert done["error"] == "selection.export_no_room"
    assert done["error_message"].startswith("서버의 저장 공간이 모자라")
    assert len(lines(camp, made(camp))) == 31, "with room again, the next one is made"
