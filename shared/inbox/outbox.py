"""Sends answers, each once: it waits in its conversation until an attempt of it stands in the ledger.

A worker that dies before that leaves it waiting; one that dies after leaves an attempt whose fate the sweeps
of messaging find out. Only an attempt that the carrier certainly does not have (`withdrawn`) is followed by
another one.
"""

from datetime import datetime, timedelta
from uuid import UUID

from shared.inbox import replies, store, store_texts
from shared.inbox.confirming import CONFIRMATION
from shared.inbox.sealing import open_peer, open_text
from shared.kernel.clock import Clock, seoul_month, utc_now
from shared.kernel.config import settings
from shared.kernel.database import Connection, system_transaction, tenant_transaction
from shared.kernel.errors import Conflict, QuotaExceeded
from shared.kernel.logging import get_logger
from shared.messaging import delivering, holds, opt_outs, pace, senders, singles
from shared.messaging.accounts import Account
from shared.messaging.delivering import Batch
from shared.messaging.gateways.simulator import ConsoleError
from shared.messaging.rendering import Channel
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

MOST_ATTEMPTS = 4
# An attempt is lost at its deadline at the latest; then the sweeps need some time to ask the carrier.
_LOOK_AGAIN = timedelta(seconds=15)
_NO_CARRIER = timedelta(seconds=30)
_FROZEN = timedelta(seconds=10)
_NO_TURN = timedelta(seconds=1)


def due(now: datetime) -> list[tuple[UUID, UUID]]:
    """(tenant, answer) to be sent or looked after: their actor was lost, or their time has come."""
    with system_transaction() as connection:
        return store_texts.due(connection, now)


def waiting(tenant_id: UUID, now: datetime) -> list[UUID]:
    """A camp's answers that nobody has begun to send."""
    with tenant_transaction(tenant_id) as connection:
        return store_texts.waiting(connection, now)


def advance(tenant_id: UUID, message_id: UUID, clock: Clock = utc_now) -> None:
    """Send an answer that is due, or see what became of it. Safe to run twice and at the same time."""
    try:
        account = singles.account_of(tenant_id)
    except (ConsoleError, Conflict) as error:
        log.warning("reply_without_carrier", error=type(error).__name__)
        _postpone(tenant_id, message_id, clock() + _NO_CARRIER, clock())
        return
    if not singles.take_turn(account):
        _postpone(tenant_id, message_id, clock() + _NO_TURN, clock())
        return
    batch = _attempt(tenant_id, message_id, account, clock())
    if batch is None:
        pace.give_back(account.id, 1)
        return
    delivering.deliver(batch, clock)
    _look_after(tenant_id, message_id, clock())


def _postpone(tenant_id: UUID, message_id: UUID, at: datetime, now: datetime) -> None:
    with tenant_transaction(tenant_id) as connection:
        row = store_texts.claim(connection, message_id, now)
        if row is not None and row["state"] == "waiting":
            store_texts.set_state(connection, message_id, "waiting", at)


def _attempt(tenant_id: UUID, message_id: UUID, account: Account, now: datetime) -> Batch | None:
    """Write an attempt for an answer that waits; None when there is nothing to send."""
    with tenant_transaction(tenant_id) as connection:
        row = store_texts.claim(connection, message_id, now)
        if row is None:
            return None
        cipher = tenant_cipher(connection, tenant_id)
        if row["state"] == "handed":
            _settle(connection, row, now)
            return None
        return _write(connection, cipher, row, account, now)


def _write(
    connection: Connection, cipher: TenantCipher, row: store.Row, account: Account, now: datetime
) -> Batch | None:
    if holds.holds_all(connection):  # lifted one day, and then it is sent
        store_texts.set_state(connection, row["id"], "waiting", now + _FROZEN)
        return None
    phone = open_peer(cipher, row["peer_sealed"])
    barred = opt_outs.bars(connection, cipher, phone, Channel.SMS.family)
    if barred and row["purpose"] != CONFIRMATION:
        _give_up(connection, row, "opt_out")
        return None
    try:
        sender_id = replies.choose_sender(connection, cipher, None, row["sender_id"])
        sender = senders.get(connection, cipher, sender_id)
        contact_id = store.holder(connection, row["peer_kind"], row["peer_hash"])
        words = open_text(cipher, row["text_sealed"])
        batch = singles.write(connection, cipher, account, sender, phone, words, contact_id, now)
    except (QuotaExceeded, Conflict) as error:
        _give_up(connection, row, "quota" if isinstance(error, QuotaExceeded) else "sender")
        return None
    look = now + timedelta(seconds=settings().send_deadline_seconds) + _LOOK_AGAIN
    store_texts.hand_over(connection, row["id"], seoul_month(now), batch.messages[0].id, look)
    return batch


def _give_up(connection: Connection, row: store.Row, reason: str) -> None:
    store_texts.set_state(connection, row["id"], "given_up", None, reason)
    store.touch(connection, row["conversation_id"])


def _look_after(tenant_id: UUID, message_id: UUID, now: datetime) -> None:
    """What the carrier's answer was, at once: the next look is long after."""
    with tenant_transaction(tenant_id) as connection:
        row = store_texts.handed(connection, message_id)
        if row is not None:
            _settle(connection, row, now)


def _settle(connection: Connection, row: store.Row, now: datetime) -> None:
    """See what the ledger says of the latest attempt: once the carrier has it, its reports do the rest."""
    found = store_texts.ledger_state(connection, row["ledger_month"], row["message_id"])
    state = found["state"] if found else "failed"
    if state in ("sending", "unknown"):
        store_texts.set_state(connection, row["id"], "handed", now + _LOOK_AGAIN)
        return
    if state == "withdrawn" and row["attempts"] < MOST_ATTEMPTS:
        again = now + timedelta(seconds=5 * 2 ** row["attempts"])
        store_texts.set_state(connection, row["id"], "waiting", again)
    elif state == "withdrawn":
        store_texts.set_state(connection, row["id"], "given_up", None, "system")
    else:
        store_texts.set_state(connection, row["id"], "done", None)
    store.touch(connection, row["conversation_id"])
