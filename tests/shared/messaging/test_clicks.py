"""Short links lead on at once and always; clicks count once per person."""

import threading
import time
from typing import Any
from uuid import UUID

import pytest

from shared.contacts import search
from shared.messaging import clicks
from tests.shared.messaging.desk import Desk, name_of, phone

PERSON = {"User-Agent": "Mozilla/5.0 (iPhone)", "X-Real-IP": "203.0.113.9"}


def linked(desk: Desk, number: str | None = None) -> tuple[UUID, str]:
    """A campaign with a tracked link; its id and the link's path."""
    desk.contact(number or phone())
    campaign = desk.launch(desk.step(body="보세요 https://a.example/x"))
    desk.send(campaign)
    return campaign, "//l/" + desk.texts()[0]["text"].rsplit("/", 1)[1]


def tap(desk: Desk, path: str) -> int:
    return int(desk.camp.api.with_token(None).get(path, headers=PERSON).status_code)


def test_only_the_first_click_waits_for_the_campaign(desk: Desk) -> None:
    campaign, path = linked(desk)
    assert tap(desk, path) == 302
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with desk.camp.transaction() as connection:
            connection.execute("SELECT 1 FROM campaigns WHERE id = %s FOR UPDATE", [campaign])
            locked.set()
            done.wait(5)

    hand = threading.Thread(target=hold)
    hand.start()
    locked.wait()
    began = time.monotonic()
    assert tap(desk, path) == 302
    waited = time.monotonic() - began
    done.set()
    hand.join()
    assert waited < 2
    assert desk.camp.rows("SELECT clicks FROM links") == [{"clicks": 2}]
    assert desk.stats(campaign)["clicked"] == 1


def test_a_link_leads_on_beyond_the_rate_and_counts_no_more(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(clicks, "RATE", "3/minute")
    _, path = linked(desk)
    assert {tap(desk, path) for _ in range(6)} == {302}
    assert desk.camp.rows("SELECT clicks FROM links") == [{"clicks": 3}]


def test_a_click_before_the_report_makes_no_rate_above_one(desk: Desk) -> None:
    campaign, path = linked(desk, phone("9004"))
    tap(desk, path)
    stats = desk.stats(campaign)
    assert (stats["delivered"], stats["clicked"], stats["open_rate"]) == (0, 1, 1.0)
    assert desk.ok("GET", "/analytics/overview")["totals"]["open_rate"] == 1.0


@pytest.mark.parametrize("exact", [1000, 1])
def test_the_ledger_finds_everybody_of_its_campaign(desk: Desk, monkeypatch: Any, exact: int) -> None:
    """Also where a name is common among contacts who were not written to."""
    monkeypatch.setattr(search, "FEW_MATCHES", exact)
    chosen = [desk.contact(phone(), name_of(i), address="서울 마포구 망원동 1") for i in range(3)]
    for i in range(3):
        desk.contact(phone(), name_of(i + 3))
    campaign = desk.launch(audience={"contact_ids": chosen})
    desk.send(campaign)
    for words in ("김하", "마포구", "김하 망원동"):
        listed = desk.ok("GET", f"/campaigns/{campaign}/messages?q={words}")
        assert sorted(item["contact_id"] for item in listed) == sorted(chosen)
    [one] = desk.ok("GET", f"/campaigns/{campaign}/messages?q={name_of(1)}")
    assert one["contact_id"] == chosen[1]
