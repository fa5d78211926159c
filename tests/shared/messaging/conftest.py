"""Fixtures of messaging: the real simulator, and the hub's API on a port for its webhooks."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from socketserver import ThreadingMixIn
from typing import Any
from uuid import UUID
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest

from shared.kernel.config import settings
from shared.kernel.database import Connection
from shared.messaging import (
    accounts,
    composing,
    dispatching,
    facts,
    reports,
    retrying,
    sending,
    simulator_mirror,
    store_campaigns,
    sweeps,
)
from shared.messaging.gateways import CARRIERS
from tests.factories import Camp
from tests.infra.simulator.running import Simulator, simulator
from tests.shared.messaging.desk import Desk

__all__ = ["simulator"]

_READERS = (accounts, composing, facts, reports, retrying, sending, simulator_mirror, sweeps)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="session")
def hub_url(app: Any) -> Iterator[str]:
    """The hub's API on a loopback port, for the simulator to call."""
    server = make_server("127.0.0.1", 0, app, server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def new_desk(
    simulator: Simulator, hub_url: str, monkeypatch: pytest.MonkeyPatch, new_camp: Callable[[], Camp]
) -> Callable[[], Desk]:
    """Makes desks: camps whose carrier is this run's simulator."""
    # Every carrier is the simulator, whatever it is called there.
    carriers = {name: simulator.url for each in CARRIERS.values() for name in each.settings}
    chosen = settings().model_copy(update={**carriers, "public_url": hub_url, "delivery_retries": 0})
    for module in _READERS:
        monkeypatch.setattr(module, "settings", lambda: chosen)
    dispatching._rates.clear()
    ours: set[UUID] = set()
    everybodys = store_campaigns.due

    def due_here(connection: Connection, now: datetime) -> list[dict[str, Any]]:
        # The database is shared with other test processes, whose camps our simulator does not know.
        return [row for row in everybodys(connection, now) if row["tenant_id"] in ours]

    monkeypatch.setattr(store_campaigns, "due", due_here)

    def make() -> Desk:
        camp = new_camp()
        ours.add(camp.tenant_id)
        return Desk(camp, simulator, chosen)

    return make


@pytest.fixture
def desk(new_desk: Callable[[], Desk]) -> Desk:
    return new_desk()
