"""Who refused at the carrier (its free 080 number) becomes an opt-out of the camp.

The carrier's own list protects only from what is sent over that carrier; the law protects the person
(공직선거법 제82조의5, 정보통신망법 제50조 제2항).
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.logging import get_logger
from shared.messaging import accounts, opt_outs
from shared.messaging import store_accounts as store
from shared.messaging.gateways import CarrierOptOut, Gateway, LookUpFailed, NotOffered
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

EVERY = timedelta(minutes=5)
AFTER_FAILURE = timedelta(minutes=15)
NOT_OFFERED_FOR = timedelta(days=1)
# A carrier's clock may be behind ours, and its list behind its clock; what comes twice changes nothing.
OVERLAP = timedelta(days=1)
LOT = 5000
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def due(now: datetime) -> list[tuple[UUID, UUID]]:
    """(tenant, account) of the accounts whose carrier is to be asked."""
    with system_transaction() as connection:
        return store.due_for_opt_outs(connection, now)


def fetch(tenant_id: UUID, account_id: UUID, now: datetime) -> int:
    """Ask one account's carrier who refused, and opt them out; how many were new.

    Claims the account first, so that two at once ask once. No connection is held during the call.
    """
    claimed = _claim(tenant_id, account_id, now)
    if claimed is None:
        return 0
    gateway, seen_at = claimed
    try:
        refused = gateway.opt_outs(seen_at - OVERLAP if seen_at else _BEGINNING)
    except NotOffered:
        _ask_again(tenant_id, account_id, now + NOT_OFFERED_FOR)
        return 0
    except LookUpFailed as error:
        log.warning("carrier_opt_outs_failed", code=error.code)
        return 0
    return _take_all(tenant_id, account_id, refused, now)


def take(connection: Connection, cipher: TenantCipher, refused: Iterable[CarrierOptOut]) -> int:
    """Opt out the numbers that refused at the carrier; how many were new. What is no number is skipped."""
    numbers = [parse_phones(each.number).phones for each in refused]
    phones = {found[0].e164 for found in numbers if len(found) == 1}
    unreadable = sum(len(found) != 1 for found in numbers)
    if unreadable:
        log.warning("carrier_opt_outs_unreadable", count=unreadable)
    return opt_outs.take_from_carrier(connection, cipher, phones)


def _claim(tenant_id: UUID, account_id: UUID, now: datetime) -> tuple[Gateway, datetime | None] | None:
    """The account's gateway and when its list was last seen; None when somebody else has just asked."""
    with tenant_transaction(tenant_id) as connection:
        row = store.claim_opt_outs(connection, account_id, now, now + AFTER_FAILURE)
        if row is None:
            return None
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_account(connection, cipher, account_id)
        return accounts.gateway_for(account), row["opt_outs_seen_at"]


def _take_all(tenant_id: UUID, account_id: UUID, refused: list[CarrierOptOut], now: datetime) -> int:
    new = 0
    for start in range(0, len(refused), LOT):
        with tenant_transaction(tenant_id) as connection:
            cipher = tenant_cipher(connection, tenant_id)
            new += take(connection, cipher, refused[start : start + LOT])
    with tenant_transaction(tenant_id) as connection:
        store.opt_outs_seen(connection, account_id, now, now + EVERY)
    return new


def _ask_again(tenant_id: UUID, account_id: UUID, at: datetime) -> None:
    with tenant_transaction(tenant_id) as connection:
        store.opt_outs_seen(connection, account_id, None, at)
