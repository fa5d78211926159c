"""Launches and ends that something got in the way of: a segment, the broker, a pause."""

from typing import Any
from uuid import UUID

import pytest
import redis

from functions.campaigns.freeze_recipients import freeze_recipients
from functions.webhooks.apply_reports import apply_reports
from shared.messaging import controls, launching, reports
from tests.shared.messaging.desk import Desk, phone, wait_until
from tests.shared.messaging.test_carrier_calls import call, report, sent


def test_a_segment_deleted_after_the_launch_does_not_matter(desk: Desk) -> None:
    desk.contact(phone(), tags=["봄"])
    desk.contact(phone())
    wanted = {"name": "봄", "filter": {"tag": "봄"}}
    segment = desk.ok("POST", "/segments", wanted, 201)["id"]
    campaign = desk.campaign(audience={"segment_id": segment})
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.ok("DELETE", f"/segments/{segment}", status=204)
    desk.freeze(campaign)
    assert desk.counts(campaign)["recipients"] == 1
    assert desk.ok("GET", f"/campaigns/{campaign}")["audience"] == {"segment_id": segment}


@pytest.fixture
def broker_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> None:
        raise redis.ConnectionError

    for actor in (freeze_recipients, apply_reports):
        monkeypatch.setattr(actor, "send", refused)


def test_a_launch_stands_though_the_broker_is_down(desk: Desk, broker_down: None) -> None:
    desk.contact(phone())
    campaign = desk.campaign()
    assert desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)["status"] == "launching"
    desk.skip(seconds=31)
    assert (desk.camp.tenant_id, campaign) in launching.lost_launches(desk.now())
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    assert desk.ok("POST", f"/campaigns/{campaign}/resume")["status"] == "launching"


def test_a_report_is_kept_though_the_broker_is_down(desk: Desk, broker_down: None) -> None:
    campaign, message, _ = sent(desk)
    call(desk, "reports", report(message))
    desk.skip(seconds=11)
    assert desk.camp.tenant_id in reports.tenants_waiting(desk.now())
    desk.apply_reports()
    assert desk.ledger(campaign) == {"delivered": 1}


def ids(desk: Desk, campaign: UUID) -> tuple[UUID, UUID]:
    return desk.camp.tenant_id, campaign


def test_a_paused_campaign_with_nobody_left_completes(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.launch()
    desk.send(campaign)
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    assert ids(desk, campaign) not in controls.ended_campaigns()
    wait_until(lambda: desk.apply_reports() >= 0 and desk.counts(campaign)["delivered"] == 1)
    assert ids(desk, campaign) in controls.ended_campaigns()
    assert desk.finish(campaign)
    assert desk.status(campaign) == "completed"
    assert ids(desk, campaign) not in controls.ended_campaigns()


def test_a_paused_campaign_that_is_not_frozen_does_not_complete(desk: Desk) -> None:
    desk.contact(phone())
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/launch", status=202)
    desk.ok("POST", f"/campaigns/{campaign}/pause")
    assert ids(desk, campaign) not in controls.ended_campaigns()
    assert not desk.finish(campaign)
