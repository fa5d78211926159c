"""A new data key while a campaign is sent and a list is imported: both end as without it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from shared.kernel.clock import utc_now
from shared.kernel.config import settings
from shared.privacy import rekeying
from tests.functions.contacts.test_imports import SOURCED, look, upload
from tests.shared.messaging.desk import Desk, name_of

ROWS = 1_500
RECIPIENTS = 40


def test_imports_and_sends_go_on(
    desk: Desk, workers: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = settings().model_copy(update={"key_grace_seconds": 0})
    monkeypatch.setattr(rekeying, "settings", lambda: chosen)
    numbers = desk.contacts(RECIPIENTS)
    campaign = desk.launch()
    table = "\r\n".join(["이름,휴대전화", *map(_line, range(ROWS))])
    with ThreadPoolExecutor(3) as threads:
        import_id = upload(desk.camp, table, **SOURCED)
        rekeyed = threads.submit(_rekey, desk)
        threads.submit(desk.settle, campaign).result(60)
        threads.submit(workers).result(60)
        rekeyed.result(60)
    _rekey_to_the_end(desk)
    done = look(desk.camp, import_id)
    assert (done["status"], done["counts"]["created"]) == ("completed", ROWS), done
    assert desk.received()["counts"] == {number.replace("-", ""): 1 for number in numbers}
    assert {item["text"] for item in desk.texts()} == {
        f"{name_of(i)}님, 안녕하세요." for i in range(RECIPIENTS)
    }
    _all_open(desk)


def _line(i: int) -> str:
    """A person; the numbers do not follow each other, which would look generated."""
    return f"{name_of(i % 300)},010-{4000 + i * 37 % 5000}-{i * 7919 % 10_000:04d}"


def _rekey(desk: Desk) -> None:
    rekeying_id = UUID(desk.ok("POST", "/privacy/rekeying", {"what": "data_key"}, 202)["id"])
    for _ in range(200):
        rekeying.advance(desk.camp.tenant_id, rekeying_id, utc_now())


def _rekey_to_the_end(desk: Desk) -> None:
    row = desk.camp.rows("SELECT id FROM rekeyings")[0]
    for _ in range(1_000):
        if desk.camp.rows("SELECT 1 FROM rekeyings WHERE status = 'done'"):
            return
        rekeying.advance(desk.camp.tenant_id, row["id"], utc_now())
    raise AssertionError(desk.camp.rows("SELECT * FROM rekeyings"))


def _all_open(desk: Desk) -> None:
    rows = desk.camp.rows("SELECT kind, hash, value_sealed FROM contact_points")
    cipher = desk.camp.cipher
    assert len(rows) == ROWS + RECIPIENTS
    for row in rows:
        assert cipher.point_hash(row["kind"], cipher.open(row["kind"], row["value_sealed"])) == row["hash"]
    assert {row["value_sealed"][0] for row in rows} == {2}
    assert desk.camp.rows(
        "SELECT number FROM tenant_keys WHERE purpose = 'data' AND wrapped IS NOT NULL"
    ) == [{"number": 2}]
