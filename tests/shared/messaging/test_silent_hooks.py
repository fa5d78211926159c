"""A carrier that should bring reports and never does: told on its account, while the hub asks by itself."""

from collections.abc import Callable
from uuid import UUID

import pytest

from shared.messaging import accounts
from tests.shared.messaging.carrier_desks import at_carrier
from tests.shared.messaging.desk import Desk
from tests.shared.messaging.test_reports import call, report

NewDesk = Callable[[], Desk]


def unheard(desk: Desk) -> list[int]:
    """What the list of accounts tells at the desk's time."""
    with desk.camp.transaction() as connection:
        return [one.unheard for one in accounts.list_all(connection, desk.camp.cipher, desk.now())]


def sent(desk: Desk, count: int = accounts.FEWEST_UNHEARD) -> UUID:
    """A campaign that the carrier took and tells nothing of."""
    desk.contacts(count)
    campaign = desk.launch()
    desk.simulator.put(desk.api_key, webhook_url=None).raise_for_status()
    assert desk.send(campaign) == count
    return campaign


def test_a_hook_that_was_never_set_up_is_told(desk: Desk) -> None:
    campaign = sent(desk)
    assert unheard(desk) == [0], "it has a quarter of an hour"
    desk.skip(minutes=16)
    assert unheard(desk) == [10]
    desk.reconcile(campaign)
    assert desk.counts(campaign)["delivered"] == 10, "nobody waits for it: the hub asks"
    desk.skip(days=2)
    assert unheard(desk) == [0]


def test_one_call_is_enough_to_be_heard(desk: Desk) -> None:
    campaign = sent(desk)
    [first, *_] = desk.camp.rows("SELECT id FROM messages WHERE campaign_id = %s", campaign)
    assert call(desk, [report(first["id"], "4000")]) == 200
    assert call(desk, [report(first["id"], "4000")], secret="guessed") == 403
    desk.skip(minutes=16)
    assert unheard(desk) == [0]


def test_a_call_before_them_all_does_not_count(desk: Desk) -> None:
    """The hook worked last week."""
    sent(desk)
    with desk.camp.transaction() as connection:
        connection.execute("UPDATE carrier_accounts SET called_at = now() - interval '7 days'")
    desk.skip(minutes=16)
    assert unheard(desk) == [10]


def test_a_forged_call_is_none(desk: Desk) -> None:
    sent(desk)
    assert call(desk, [], secret="guessed") == 403
    assert desk.camp.rows("SELECT called_at FROM carrier_accounts") == [{"called_at": None}]


def test_a_few_phones_that_are_off_say_nothing(desk: Desk) -> None:
    sent(desk, accounts.FEWEST_UNHEARD - 1)
    desk.skip(minutes=16)
    assert unheard(desk) == [0]


@pytest.mark.parametrize("carrier", ["sens", "aligo"])
def test_who_never_brings_reports_is_not_waited_for(desk: Desk, carrier: str) -> None:
    at_carrier(desk, carrier)
    desk.contacts(accounts.FEWEST_UNHEARD)
    campaign = desk.launch()
    assert desk.send(campaign) == accounts.FEWEST_UNHEARD
    desk.skip(minutes=16)
    assert set(unheard(desk)) == {0}
