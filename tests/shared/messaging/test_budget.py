"""A campaign that mostly fails by somebody's fault stops itself and says so."""

from uuid import UUID

import pytest

from shared.kernel.database import tenant_transaction
from shared.messaging import budget, settling
from shared.messaging.gateways.solapi_codes import classify
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from tests.shared.messaging.desk import Desk

PEOPLE = 12


@pytest.fixture(autouse=True)
def small_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "WINDOW", 6)


@pytest.fixture
def campaign(desk: Desk) -> UUID:
    """Half of it is with the carrier, which has not said anything; the others wait."""
    desk.contacts(PEOPLE)
    campaign = desk.launch()
    desk.simulator.put(desk.api_key, webhook_url=None).raise_for_status()
    desk.send(campaign, 9)
    with desk.camp.transaction() as connection:  # the five seconds in which it began would not count
        connection.execute("UPDATE campaigns SET resumed_at = NULL")
    return campaign


def end(desk: Desk, campaign: UUID, count: int, reason: str | None) -> None:
    """So many messages fail for a reason; None: they arrive."""
    rows = desk.camp.rows(
        "SELECT id FROM messages WHERE campaign_id = %s AND state = 'accepted' LIMIT %s", campaign, count
    )
    assert len(rows) == count
    state = MessageState.DELIVERED if reason is None else MessageState.FAILED
    with tenant_transaction(desk.camp.tenant_id) as connection:
        changes = [Change(row["id"], state, code="X", reason=reason) for row in rows]
        settling.apply(connection, changes, desk.now())


def test_a_campaign_whose_faults_spend_the_budget_stops_and_tells(desk: Desk, campaign: UUID) -> None:
    end(desk, campaign, 2, None)
    end(desk, campaign, 3, "system")
    assert desk.status(campaign) == "sending", "five are too few to tell"
    end(desk, campaign, 1, "unknown")
    view = desk.ok("GET", f"/campaigns/{campaign}")
    assert (view["status"], view["stop_reason"]) == ("stopped", "error_budget")
    assert desk.send(campaign) == 0
    [told] = desk.ok("GET", "/analytics/overview")["stopped_campaigns"]
    assert (told["id"], told["stop_reason"]) == (str(campaign), "error_budget")
    desk.check_books([campaign])


def test_a_sender_that_the_telephone_carriers_block_stops_it(desk: Desk, campaign: UUID) -> None:
    """The owner's block against number theft: taken at the door, failed for everybody on the way."""
    outcome, reason = classify("3059")
    assert outcome == "failed"
    end(desk, campaign, 6, reason)
    assert desk.status(campaign) == "stopped"
    assert desk.send(campaign) == 0
    desk.check_books([campaign])


@pytest.mark.parametrize("reason", ["invalid_number", "unreachable", "spam", "kakao_not_user"])
def test_peoples_phones_spend_no_budget(desk: Desk, campaign: UUID, reason: str) -> None:
    end(desk, campaign, 9, reason)
    assert desk.status(campaign) == "sending"
    desk.check_books([campaign])


def test_half_of_them_is_not_too_much(desk: Desk, campaign: UUID) -> None:
    end(desk, campaign, 4, None)
    end(desk, campaign, 4, "system")
    assert desk.status(campaign) == "sending"


def test_who_resumes_begins_with_a_new_budget(desk: Desk, campaign: UUID) -> None:
    end(desk, campaign, 6, "configuration")
    assert desk.status(campaign) == "stopped"
    desk.ok("POST", f"/campaigns/{campaign}/resume")
    assert desk.ok("GET", "/analytics/overview")["stopped_campaigns"] == []
    desk.skip(seconds=10)
    end(desk, campaign, 1, "configuration")
    assert desk.status(campaign) == "sending"
    assert desk.send(campaign) == PEOPLE - 9
    desk.check_books([campaign])


def test_the_limits_of_the_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "WINDOW", 200)
    assert not budget.is_spent(199, 199)
    assert not budget.is_spent(200, 100)
    assert budget.is_spent(200, 101)
    assert budget.count_faults(["system", None, "unreachable", "unknown"]) == 3
