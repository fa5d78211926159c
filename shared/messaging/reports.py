"""Delivery reports: taken fast, stored sealed, applied in bulk.

The order of reports does not matter, nor how often each comes: terminal states never move, and what is
not known yet is asked for by `reconcile_reports`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Forbidden, NotFound
from shared.kernel.logging import get_logger
from shared.messaging import accounts, inbound, settling, store_messages
from shared.messaging import store_reports as store
from shared.messaging.gateways import DeliveryEvent, MalformedReport
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

CALLS_AT_ONCE = 20  # up to 100 reports each
WAITED_TOO_LONG = timedelta(seconds=10)
_FIELD = "carrier_call"
_KEPT_HEADERS = ("x-solapi-event-name", "content-type")


def receive(carrier: str, account_key: str, kind: str, headers: Mapping[str, str], body: bytes) -> UUID:
    """Verify and keep one call of a carrier; returns the tenant whose work it is.

    Raises NotFound for an unknown account, Forbidden when the call does not carry its secret.
    """
    tenant_id = accounts.tenant_of_key(account_key)
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_by_key(connection, cipher, carrier, account_key)
        if not accounts.gateway_for(account).verify(headers):
            raise Forbidden
        store.insert(connection, account.id, kind, _sealed(cipher, headers, body))
    return tenant_id


def apply_waiting(tenant_id: UUID, now: datetime) -> int:
    """Apply the oldest calls that wait; returns how many there were (fewer than CALLS_AT_ONCE: no more)."""
    with tenant_transaction(tenant_id) as connection:
        calls = store.take(connection, CALLS_AT_ONCE)
        if not calls:
            return 0
        cipher = tenant_cipher(connection, tenant_id)
        events = [event for call in calls for event in _events(connection, cipher, call)]
        apply_events(connection, events, now)
        store.mark_applied(connection, [call["id"] for call in calls], now)
    return len(calls)


def tenants_waiting(now: datetime) -> list[UUID]:
    """Tenants whose reports nobody applied although they came a while ago: their actor was lost."""
    with system_transaction() as connection:
        return store.tenants_waiting(connection, now - WAITED_TOO_LONG)


def apply_events(connection: Connection, events: Sequence[DeliveryEvent], now: datetime) -> set[UUID]:
    """Apply what a carrier said about messages; returns the messages it knows.

    An event is matched by our reference, else by the carrier's id.
    """
    unnamed = [event.carrier_message_id for event in events if _reference(event) is None]
    by_carrier_id = store_messages.ids_by_carrier_ids(connection, unnamed) if unnamed else {}
    changes = []
    for event in events:
        message_id = _reference(event) or by_carrier_id.get(event.carrier_message_id)
        if message_id is not None:
            changes.append(_change(message_id, event, now))
    settling.apply(connection, changes, now)
    return {change.message_id for change in changes}


def _change(message_id: UUID, event: DeliveryEvent, now: datetime) -> Change:
    state = {
        "pending": MessageState.ACCEPTED,
        "delivered": MessageState.DELIVERED,
        "failed": MessageState.FAILED,
    }[event.outcome]
    return Change(
        message_id,
        state,
        code=event.code,
        reason=event.reason,
        carrier_message_id=event.carrier_message_id or None,
        at=event.at,
        next_look_up_at=now + timedelta(seconds=settings().report_poll_seconds),
    )


def _reference(event: DeliveryEvent) -> UUID | None:
    try:
        return UUID(event.reference) if event.reference else None
    except ValueError:
        return None


def _events(connection: Connection, cipher: TenantCipher, call: Mapping[str, Any]) -> Iterable[DeliveryEvent]:
    headers, body = _opened(cipher, call["body_sealed"])
    if call["kind"] == "inbound":
        inbound.apply(connection, cipher, body, call["received_at"])
        return []
    try:
        account = accounts.open_account(connection, cipher, call["account_id"])
        return accounts.gateway_for(account).parse_reports(headers, body)
    except (MalformedReport, NotFound):
        log.warning("report_unreadable", call=call["id"])
        return []


def _sealed(cipher: TenantCipher, headers: Mapping[str, str], body: bytes) -> bytes:
    """The call as one sealed blob: the headers that say what it is, a newline, the body as it came."""
    kept = {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
    return cipher.seal_bytes(_FIELD, json.dumps(kept).encode() + b"\n" + body)


def _opened(cipher: TenantCipher, sealed: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = cipher.open_bytes(_FIELD, sealed).partition(b"\n")
    return json.loads(head), body
