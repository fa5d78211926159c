"""No connection of the database is held while a carrier is asked: a slow one must not use up the pool."""

import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from shared.kernel.connections import Connections
from shared.messaging import carrier_opt_outs, costs, inspections
from shared.messaging.gateways import calling, exchanging
from tests.shared.messaging.desk import CHANNEL, Desk, phone
from tests.shared.messaging.test_account_checks import at_solapi, checked
from tests.shared.messaging.test_pictures import mms, uploaded
from tests.shared.messaging.test_templates import DRAFT


class Watched:
    """Every call to a carrier, with how many connections were in use when it began."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, int]] = []
        self.held = 0

    def __call__(self, request: Any) -> Any:
        self.calls.append((request.method, request.url, self.held))
        return exchanging.exchange(request)

    def count(self, patch: pytest.MonkeyPatch) -> None:
        """Count what is taken of the pool and given back from now on; carriers call when they like."""
        take, give_back = Connections.take, Connections.give_back

        def taken(pool: Connections) -> Any:
            connection = take(pool)
            self.held += not answers_a_carrier()
            return connection

        def given_back(pool: Connections, connection: Any) -> None:
            self.held -= not answers_a_carrier()
            give_back(pool, connection)

        patch.setattr(Connections, "take", taken)
        patch.setattr(Connections, "give_back", given_back)

    def free(self, at_least: int = 1) -> None:
        """Carriers were called and nothing was held; forgets the calls."""
        assert len(self.calls) >= at_least
        assert [call for call in self.calls if call[2]] == []
        self.calls.clear()


def answers_a_carrier() -> bool:
    """Whether this is a thread of the server that takes what carriers report."""
    return "process_request_thread" in threading.current_thread().name


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    calls = Watched()
    calls.count(monkeypatch)
    monkeypatch.setattr(calling, "exchange", calls)
    yield calls
    assert calls.calls == [], "something was not looked at"


@pytest.fixture
def desk(desk: Desk, watched: Watched) -> Desk:
    """Its gateways are made while calls are watched; its people's phones never report."""
    for _ in range(2):
        desk.contact(phone("9004"))
    return desk


def deaf(desk: Desk) -> None:
    """No report comes by itself: taking one would use the pool too."""
    desk.simulator.put(desk.api_key, webhook_url=None, inbound_url=None).raise_for_status()


def test_a_held_connection_would_be_seen(desk: Desk, watched: Watched) -> None:
    account = at_solapi(desk)
    with desk.camp.transaction():
        assert checked(desk, account)["works"]
    assert {held for _, _, held in watched.calls} == {1}
    watched.calls.clear()


def test_neither_while_sending_nor_while_asking_what_became_of_it(desk: Desk, watched: Watched) -> None:
    campaign = desk.launch(mms(desk, uploaded(desk)))
    deaf(desk)
    watched.calls.clear()
    desk.simulator.faults(desk.api_key, reset_after_accept=1)
    assert desk.send(campaign) == 2
    watched.free(at_least=2)  # the picture, and the messages
    desk.skip(seconds=10)
    desk.sweep("resolve_unknown")
    watched.free()
    desk.skip(seconds=61)
    assert desk.sweep("reconcile_reports") == 2
    watched.free()


def test_nor_before_a_launch_or_for_a_test(desk: Desk, watched: Watched) -> None:
    desk.freeze(desk.launch())
    deaf(desk)
    watched.free()
    costs._lately.clear()
    campaign = desk.campaign()
    desk.ok("POST", f"/campaigns/{campaign}/preview", {})
    watched.free()
    assert desk.camp.api.post(f"/campaigns/{campaign}/test-send", {"to": phone()}).status_code < 300
    watched.free()


def test_nor_while_an_account_its_refusals_or_its_templates_are_asked_for(
    desk: Desk, watched: Watched
) -> None:
    account = at_solapi(desk, channels=[CHANNEL])
    assert checked(desk, account)["works"]
    watched.free()
    carrier_opt_outs.fetch(desk.camp.tenant_id, UUID(account), desk.now())
    watched.free()
    template = desk.ok("POST", "/templates", DRAFT, 201)["id"]
    sender = {"sender_id": desk.sender("kakao_channel")}
    assert desk.ok("POST", f"/templates/{template}/inspection", sender)["status"] == "inspecting"
    watched.free()
    inspections.ask(desk.camp.tenant_id, desk.now())
    watched.free()
