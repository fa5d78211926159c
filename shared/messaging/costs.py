"""What messages cost: an account's prices, the money at the carrier, what a campaign spent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import UUID

from cachetools import TTLCache, cached
from pydantic import BaseModel

from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import accounts, store_accounts, store_campaigns, store_spend
from shared.messaging.gateways import GatewayError
from shared.messaging.rendering import Channel, Kind, message_kind, prices
from shared.security.cipher import tenant_cipher

log = get_logger(__name__)

BALANCE_SHORT = "balance_short"
LATELY_SECONDS = 30


class KindSpend(BaseModel):
    """Messages of a kind that the carrier took, and what they cost in won."""

    kind: str
    messages: int
    krw: int


def prices_now(connection: Connection) -> dict[str, int]:
    """The prices of the account that would carry a launch."""
    for row in store_accounts.live(connection):
        return prices(row["prices"])
    return prices(None)


def prices_of(connection: Connection, account_id: UUID) -> dict[str, int]:
    """The prices of an account."""
    row = store_accounts.get(connection, account_id)
    return prices(row["prices"] if row else None)


def spent(connection: Connection, campaign: Mapping[str, Any]) -> list[KindSpend]:
    """What a campaign has spent, by kind, at the prices of its launch."""
    each = prices(campaign["prices"])
    return [
        KindSpend(kind=row["kind"], messages=row["messages"], krw=row["messages"] * each[row["kind"]])
        for row in store_spend.of_campaign(connection, campaign["id"])
    ]


@dataclass(frozen=True)
class Shortfall:
    """Won at the carrier, and what the first step costs at least."""

    balance: int
    cost: int


def shortfall(tenant_id: UUID, campaign_id: UUID) -> Shortfall | None:
    """What the carrier's money falls short of a campaign's first step. No connection is held meanwhile.

    None when it suffices. A carrier that does not tell, or does not answer, is believed to have enough: it
    will say so itself.
    """
    with tenant_transaction(tenant_id) as connection:
        campaign = store_campaigns.get(connection, campaign_id)
        if campaign is None or campaign["account_id"] is None:
            return None
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_account(connection, cipher, campaign["account_id"])
        steps = store_campaigns.steps_of(connection, [campaign_id])
        cost = campaign["reserved"] * at_least(steps, prices(campaign["prices"]))
    left = _asked(account)
    return Shortfall(left, cost) if left is not None and left < cost else None


def balance(tenant_id: UUID) -> int | None:
    """Won at the carrier that would carry a launch, asked now; None where nobody tells.

    No connection is held meanwhile.
    """
    with tenant_transaction(tenant_id) as connection:
        row = next(iter(store_accounts.live(connection)), None)
        account = accounts.opened(row, tenant_cipher(connection, tenant_id)) if row is not None else None
    return _asked(account) if account is not None else None


_lately: TTLCache[UUID, int | None] = TTLCache(maxsize=1024, ttl=LATELY_SECONDS)


@cached(_lately, lock=Lock())
def balance_lately(tenant_id: UUID) -> int | None:
    """The same, asked once in a while: previews come with every word that is written."""
    return balance(tenant_id)


def _asked(account: accounts.Account) -> int | None:
    try:
        return accounts.gateway_for(account).balance()
    except GatewayError as error:
        log.warning("balance_not_told", error=type(error).__name__)
        return None


def at_least(steps: Sequence[Mapping[str, Any]], each: Mapping[str, int]) -> int:
    """What a message of the first step costs at least: its text before anybody's values are filled in."""
    first = steps[0]
    kind: Kind = message_kind(Channel(first["channel"]), first["body"], first["subject"] or "")
    return each[kind.value]
