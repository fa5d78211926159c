"""Which accounts may carry a step of a campaign, and which of them carries the next batch (decision 21).

Only accounts at whose carrier the step's sender is registered and that offer its channel. A sender that names
no carrier is registered at the carrier the campaign was launched with. Real and simulated never mix.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.messaging import accounts, senders, store_accounts, store_campaigns
from shared.messaging.facts import KINDS
from shared.messaging.rendering import Channel
from shared.security.cipher import TenantCipher

Row = dict[str, Any]


@dataclass(frozen=True)
class Route:
    """An account that may carry a step, with the points it has of its weight."""

    account_id: UUID
    points: int


def routes_of(connection: Connection, cipher: TenantCipher, campaign: Row) -> dict[int, list[Route]]:
    """The routes of each step; a step that no account is registered for goes over the campaign's own."""
    home = store_accounts.get(connection, campaign["account_id"])
    live = [row for row in store_accounts.live(connection) if home and _same_sort(row, home)]
    steps = store_campaigns.steps_of(connection, [campaign["id"]])
    own = [Route(row["id"], points(row)) for row in live if row["id"] == campaign["account_id"]]
    if len(live) < 2:
        only = own or [Route(row["id"], points(row)) for row in live if _at(row, home, None)]
        return {step["position"]: only for step in steps}
    known = senders.by_ids(connection, cipher, [step["sender_id"] for step in steps], deleted=True)
    routes = {}
    for step in steps:
        carrier = known[step["sender_id"]].carrier
        fit = [row for row in live if _at(row, home, carrier) and _offers(row, cipher, step["channel"])]
        routes[step["position"]] = [Route(row["id"], points(row)) for row in fit] or own
    return routes


def choose(routes: Sequence[Route]) -> UUID | None:
    """One account at random, by points; those with none only when nobody has any."""
    if not routes:
        return None
    weights = [route.points for route in routes]
    return random.choices(routes, weights if any(weights) else None)[0].account_id  # noqa: S311 (a share)


def points(row: Mapping[str, Any]) -> int:
    """What an account has left of its weight."""
    return max(0, int(row["weight"]) - int(row["lost"]))


def _same_sort(row: Row, home: Row) -> bool:
    return bool((row["carrier"] == accounts.SIMULATOR) == (home["carrier"] == accounts.SIMULATOR))


def _at(row: Row, home: Row | None, registered: str | None) -> bool:
    """Whether a sender is registered at an account's carrier; `registered` may name several, with commas."""
    names = {name.strip() for name in (registered or "").split(",") if name.strip()}
    return row["carrier"] in names if names else home is not None and row["carrier"] == home["carrier"]


def _offers(row: Row, cipher: TenantCipher, channel: str) -> bool:
    return KINDS[Channel(channel)] in accounts.gateway_for(accounts.opened(row, cipher)).kinds
