"""Calls of carriers: taken fast, stored sealed; delivery reports are applied in bulk, texts one by one.

The order of reports does not matter, nor how often each comes: terminal states never move, and what is
not known yet is asked for by `reconcile_reports`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Forbidden, NotFound
from shared.kernel.logging import get_logger
from shared.messaging import accounts, carrier_opt_outs, settling, store_messages
from shared.messaging import store_reports as store
from shared.messaging.gateways import CarrierOptOut, DeliveryEvent, InboundMessage, MalformedReport
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

# Up to 100 reports each. A lot holds its campaign: while it is applied no batch of that campaign is sent.
CALLS_AT_ONCE = 10
BYTES_AT_ONCE = 4 * 1024 * 1024  # a call may have 10 MB, and several lots are open at once
MOST_ATTEMPTS = 5
REPORTS, INBOUND = "reports", "inbound"
WAITED_TOO_LONG = timedelta(seconds=10)
Call = Mapping[str, Any]
Apply = Callable[[Connection, TenantCipher, Sequence[Call], datetime], None]
# Puts a text into the inbox: of which account, taken when.
TakeText = Callable[[Connection, TenantCipher, UUID, InboundMessage, datetime], None]
_FIELD = "carrier_call"
_KEPT_HEADERS = ("x-solapi-event-name", "content-type")


def receive(
    carrier: str, account_key: str, kind: str, headers: Mapping[str, str], read_body: Callable[[], bytes]
) -> UUID:
    """Verify and keep one call of a carrier; returns the tenant whose work it is.

    Raises NotFound for an unknown account, Forbidden when the call does not carry its secret: both before
    the body is read, so that nobody else can make us take ten megabytes.
    """
    tenant_id = accounts.tenant_of_key(account_key)
    with tenant_transaction(tenant_id) as connection:
        cipher = tenant_cipher(connection, tenant_id)
        account = accounts.open_by_key(connection, cipher, carrier, account_key)
    if not accounts.gateway_for(account).verify(headers):
        raise Forbidden
    sealed = _sealed(cipher, headers, read_body())
    with tenant_transaction(tenant_id) as connection:
        store.insert(connection, account.id, kind, sealed)
    return tenant_id


def apply_waiting(tenant_id: UUID, now: datetime) -> int:
    """Apply a lot of the oldest calls that wait; returns how many were applied (0: none is left to try).

    A call that cannot be applied holds up no other: it is tried again by `recover_reports`, and put aside
    after MOST_ATTEMPTS.
    """
    applied = _apply_together(tenant_id, now)
    return _apply_one_by_one(tenant_id, REPORTS, now, _apply_reports) if applied is None else applied


def apply_inbound(tenant_id: UUID, now: datetime, take: TakeText) -> int:
    """The same for calls with texts that people wrote; `take` puts one into the inbox.

    Never together with reports: texts opt people out, which locks the audit log; reports lock campaigns.
    """

    def apply(connection: Connection, cipher: TenantCipher, calls: Sequence[Call], now: datetime) -> None:
        for call in calls:
            for message in _texts(connection, cipher, call):
                take(connection, cipher, call["account_id"], message, call["received_at"])

    return _apply_one_by_one(tenant_id, INBOUND, now, apply)


def tenants_waiting(now: datetime) -> list[UUID]:
    """Tenants whose reports nobody applied although they came a while ago: their actor was lost."""
    with system_transaction() as connection:
        return store.tenants_waiting(connection, now - WAITED_TOO_LONG)


def changes_of(
    connection: Connection, account_id: UUID, events: Sequence[DeliveryEvent], now: datetime
) -> list[Change]:
    """What an account's carrier said about messages, as changes to `settling.apply`.

    An event is matched by our reference, else by the carrier's id; what is about nothing of ours is left out.
    """
    unnamed = [event.carrier_message_id for event in events if _reference(event) is None]
    known = store_messages.ids_by_carrier_ids(connection, account_id, unnamed) if unnamed else {}
    named = [(_reference(event) or known.get(event.carrier_message_id), event) for event in events]
    return [_change(account_id, message_id, event, now) for message_id, event in named if message_id]


def _apply_together(tenant_id: UUID, now: datetime) -> int | None:
    """Apply a lot of report calls in one go; None when something in it cannot be applied."""
    with tenant_transaction(tenant_id) as connection:
        calls = store.take(connection, REPORTS, CALLS_AT_ONCE, BYTES_AT_ONCE)
        if not _applied(connection, tenant_id, calls, now, _apply_reports):
            return None
        store.mark_applied(connection, [call["id"] for call in calls], now)
    return len(calls)


def _apply_one_by_one(tenant_id: UUID, kind: str, now: datetime, apply: Apply) -> int:
    """Apply calls each in a transaction of its own; returns how many could be."""
    applied = after = 0
    for _ in range(CALLS_AT_ONCE):
        with tenant_transaction(tenant_id) as connection:
            calls = store.take(connection, kind, 1, BYTES_AT_ONCE, after)
            if not calls:
                break
            after = calls[0]["id"]
            if _applied(connection, tenant_id, calls, now, apply):
                store.mark_applied(connection, [after], now)
                applied += 1
            elif store.count_attempt(connection, after, MOST_ATTEMPTS, now):
                log.error("carrier_call_put_aside", call=after, kind=kind)
    return applied


def _applied(
    connection: Connection, tenant_id: UUID, calls: Sequence[Call], now: datetime, apply: Apply
) -> bool:
    """Apply calls, whole or not at all; False when what they say cannot be applied."""
    try:
        with connection.transaction():
            apply(connection, tenant_cipher(connection, tenant_id), calls, now)
    except psycopg.OperationalError:  # the database's fault, not the call's: a deadlock, a lost connection
        raise
    except Exception:
        log.exception("carrier_call_failed", calls=len(calls))
        return False
    return True


def _apply_reports(
    connection: Connection, cipher: TenantCipher, calls: Sequence[Call], now: datetime
) -> None:
    refused: list[CarrierOptOut] = []
    changes = [c for call in calls for c in _changes(connection, cipher, call, now, refused)]
    settling.apply(connection, changes, now)
    if refused:  # after the campaigns are locked, as everywhere: the audit log comes last
        carrier_opt_outs.take(connection, cipher, refused)


def _change(account_id: UUID, message_id: UUID, event: DeliveryEvent, now: datetime) -> Change:
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
        refused=event.refused,
        carrier_message_id=event.carrier_message_id or None,
        at=event.at,
        next_look_up_at=now + timedelta(seconds=settings().report_poll_seconds),
        account_id=account_id,
    )


def _reference(event: DeliveryEvent) -> UUID | None:
    try:
        return UUID(event.reference) if event.reference else None
    except ValueError:
        return None


def _changes(
    connection: Connection,
    cipher: TenantCipher,
    call: Call,
    now: datetime,
    refused: list[CarrierOptOut],
) -> list[Change]:
    """What a call changes in the ledger; who refused by it is added to `refused`."""
    headers, body = _opened(cipher, call["body_sealed"])
    try:
        account = accounts.open_account(connection, cipher, call["account_id"])
        gateway = accounts.gateway_for(account)
        events = gateway.parse_reports(headers, body)
        refused += gateway.parse_opt_outs(headers, body)
    except (MalformedReport, NotFound):
        log.warning("report_unreadable", call=call["id"])
        return []
    return changes_of(connection, account.id, events, now)


def _texts(connection: Connection, cipher: TenantCipher, call: Call) -> list[InboundMessage]:
    headers, body = _opened(cipher, call["body_sealed"])
    try:
        account = accounts.open_account(connection, cipher, call["account_id"])
        return accounts.gateway_for(account).parse_inbound(headers, body)
    except (MalformedReport, NotFound):
        log.warning("inbound_unreadable", call=call["id"])
        return []


def _sealed(cipher: TenantCipher, headers: Mapping[str, str], body: bytes) -> bytes:
    """The call as one sealed blob: the headers that say what it is, a newline, the body as it came."""
    kept = {name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}
    return cipher.seal_bytes(_FIELD, json.dumps(kept).encode() + b"\n" + body)


def _opened(cipher: TenantCipher, sealed: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = cipher.open_bytes(_FIELD, sealed).partition(b"\n")
    return json.loads(head), body
