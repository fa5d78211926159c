"""What flows through a campaign runs side by side; what steers it runs alone (decision 30)."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from shared.kernel.database import tenant_transaction
from shared.messaging import controls, sending, store_campaigns
from shared.messaging.states import CampaignStatus
from tests.shared.messaging.desk import Desk

SOON = 5
NOT_YET = 0.3


@pytest.fixture
def others() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


@contextmanager
def _shared(desk: Desk, campaign: UUID) -> Iterator[None]:
    """A claim, an answer or a report that is not committed yet."""
    with tenant_transaction(desk.camp.tenant_id) as connection:
        assert store_campaigns.share(connection, [campaign])
        yield


def _pause(desk: Desk, campaign: UUID) -> str:
    with tenant_transaction(desk.camp.tenant_id) as connection:
        return controls.pause(connection, campaign, desk.camp.member_id, desk.now()).status


def _waits(future: "Future[Any]") -> bool:
    try:
        future.result(NOT_YET)
    except TimeoutError:
        return True
    return False


def test_a_claim_does_not_wait_for_another(desk: Desk, others: ThreadPoolExecutor) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    with _shared(desk, campaign):
        sent = others.submit(sending.send_due, desk.camp.tenant_id, campaign, 10, desk.now)
        assert sent.result(SOON) == 3


def test_a_pause_waits_for_what_flows_and_stops_what_comes(desk: Desk, others: ThreadPoolExecutor) -> None:
    desk.contacts(3)
    campaign = desk.launch()
    with _shared(desk, campaign):
        paused = others.submit(_pause, desk, campaign)
        assert _waits(paused)
        # It stands in line before the next claim, so a busy campaign cannot keep it waiting.
        sent = others.submit(sending.send_due, desk.camp.tenant_id, campaign, 10, desk.now)
        assert _waits(sent)
    assert paused.result(SOON) == CampaignStatus.PAUSED
    assert sent.result(SOON) == 0
    assert desk.received()["total"] == 0


def test_claims_at_once_take_everybody_once_and_count_right(desk: Desk, others: ThreadPoolExecutor) -> None:
    desk.contacts(60)
    campaign = desk.launch()
    start = threading.Barrier(4)

    def send() -> int:
        start.wait(SOON)
        return sum(iter(lambda: sending.send_due(desk.camp.tenant_id, campaign, 7, desk.now), 0))

    sent = [future.result(30) for future in [others.submit(send) for _ in range(4)]]
    assert sum(sent) == 60
    assert (desk.received()["total"], desk.received()["most"]) == (60, 1)
    desk.settle(campaign)
    assert desk.counts(campaign)["delivered"] == 60


def test_an_ended_campaign_keeps_one_counter_each(desk: Desk) -> None:
    desk.contacts(4)
    campaign = desk.launch()
    desk.send(campaign)
    desk.settle(campaign)
    before = desk.counts(campaign)
    assert controls.finish(desk.camp.tenant_id, campaign, desk.now())
    with tenant_transaction(desk.camp.tenant_id) as connection:
        slots = connection.execute(
            "SELECT state, slot, count FROM campaign_counters WHERE campaign_id = %s", [campaign]
        ).fetchall()
    assert [(row["state"], row["count"]) for row in slots] == [("delivered", 4)]
    assert desk.counts(campaign) == before
