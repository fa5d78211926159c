"""Finding lost attempts, also at carriers that do not carry our reference (docs/decisions/0019).

For those a trace is kept of every attempt: keyed hashes of its number and text. After a lost answer the
carrier's list is read and judged by `matching`. What cannot be told apart stays unknown, and a person
decides (`decide`); nothing of it is ever sent again by itself.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.config import settings
from shared.kernel.database import Connection, tenant_transaction
from shared.kernel.errors import Conflict, NotFound
from shared.kernel.logging import get_logger
from shared.messaging import accounts, matching, settling
from shared.messaging import store_tracing as store
from shared.messaging.composing import Composed
from shared.messaging.gateways import DeliveryEvent, Gateway
from shared.messaging.gateways.listed import ListsRequests, Sought
from shared.messaging.gateways.request_ids import request_of
from shared.messaging.matching import AFTER, BEFORE, Attempt, Hashes
from shared.messaging.settling import Change
from shared.messaging.states import MessageState
from shared.security import audit
from shared.security.cipher import TenantCipher, tenant_cipher

log = get_logger(__name__)

Row = Mapping[str, Any]

# Attempts further apart than this are looked for in separate questions.
_GAP = BEFORE + AFTER
_NUMBER, _TEXT = "trace_number", "trace_text"
_NOT_DIGITS = re.compile(r"\D")


@dataclass(frozen=True)
class Traced:
    """`open`: not found and not certainly missing either; who is in neither was not accepted.

    `grace`: how long after the deadline the carrier's list is complete.
    """

    events: list[DeliveryEvent]
    open: frozenset[UUID] = frozenset()
    grace: timedelta = timedelta()


def listing_grace() -> timedelta:
    """How long after its deadline an attempt is believed not to be there, when a list does not show it.

    A list may know a message later than it was taken; one that names our reference we believe sooner.
    """
    return timedelta(seconds=settings().listing_grace_seconds)


def remember(
    connection: Connection,
    cipher: TenantCipher,
    account: accounts.Account,
    composed: Sequence[Composed],
    now: datetime,
) -> None:
    """Keep by what these attempts can be recognised, where the carrier will not say our reference."""
    if composed and isinstance(accounts.gateway_for(account), ListsRequests):
        hashes = _hashes(cipher)
        store.insert(connection, account.id, now, [_trace(one, hashes) for one in composed])


def look_up(
    tenant_id: UUID, account_id: UUID, gateway: Gateway, rows: Sequence[Row], now: datetime
) -> Traced:
    """What the carrier knows of attempts. `rows`: id, kind, attempted_at, deadline. Raises LookUpFailed.

    No connection is held while the carrier is asked.
    """
    if not isinstance(gateway, ListsRequests):
        since = min(row["attempted_at"] for row in rows) - timedelta(minutes=1)
        ids, kinds = [str(row["id"]) for row in rows], {row["kind"] for row in rows}
        return Traced(gateway.look_up(ids, since=since, until=now, kinds=kinds))
    events: list[DeliveryEvent] = []
    undecided: set[UUID] = set()
    for cluster in _clusters(rows):
        found = _look_up_listed(tenant_id, account_id, gateway, cluster, now)
        events += found.events
        undecided |= {UUID(each) for each in found.undecided}
    if undecided:
        log.warning("attempts_undecided", messages=len(undecided))
    grace = listing_grace()
    early = {row["id"] for row in rows if now - row["deadline"] < grace}
    return Traced(events, frozenset(undecided | early), grace)


def decidable_from(row: Row) -> datetime | None:
    """When a person may decide on a message (state, deadline): not while its carrier may still be asked."""
    return row["deadline"] + listing_grace() if row["state"] == MessageState.UNKNOWN else None


def decide(
    connection: Connection, campaign_id: UUID, message_id: UUID, sent: bool, member_id: UUID, now: datetime
) -> None:
    """A person's word on a message of which the carrier's list leaves open whether it was taken.

    `sent`: it counts as accepted and waits for its result; else its recipient waits again. Raises NotFound,
    and Conflict while the carrier may still be asked or when the message is not unknown.
    """
    row = store.unknown_message(connection, campaign_id, message_id)
    if row is None:
        raise NotFound
    open_from = decidable_from(row)
    if open_from is None or now < open_from:
        raise Conflict("message.decided")
    state = MessageState.ACCEPTED if sent else MessageState.WITHDRAWN
    next_look = now + timedelta(seconds=settings().report_poll_seconds)
    change = Change(message_id, state, code="BY_HAND", next_look_up_at=next_look, retry_at=now)
    if not settling.apply(connection, [change], now):
        raise Conflict("message.decided")
    audit.record(connection, "message.decided", member_id=member_id, target=str(message_id), sent=sent)


def _look_up_listed(
    tenant_id: UUID, account_id: UUID, gateway: ListsRequests, rows: Sequence[Row], now: datetime
) -> matching.Matched:
    wanted = {row["id"] for row in rows}
    first, last = rows[0]["attempted_at"], rows[-1]["attempted_at"]
    with tenant_transaction(tenant_id) as connection:
        traces = store.between(connection, account_id, first - _GAP, last + _GAP)
        hashes = _hashes(tenant_cipher(connection, tenant_id))
    attempts = [_attempt(trace, wanted) for trace in traces]
    listed = gateway.listed(_sought(traces, wanted, hashes, first, min(now, last + BEFORE)))
    matched = matching.match(attempts, listed, hashes)
    untraced = {str(each) for each in wanted} - {attempt.reference for attempt in attempts}
    return matching.Matched(matched.events, matched.undecided | untraced)


def _sought(
    traces: Sequence[Row], wanted: set[UUID], hashes: Hashes, since: datetime, until: datetime
) -> Sought:
    ours = [trace for trace in traces if trace["message_id"] in wanted]
    numbers = {bytes(trace["number_hash"]) for trace in ours}
    return Sought(
        kinds=frozenset(trace["kind"] for trace in ours),
        since=since,
        until=until,
        channels=frozenset(trace["channel_id"] for trace in ours if trace["channel_id"]),
        known=Counter(
            request for trace in traces if (request := request_of(trace["carrier_message_id"] or ""))
        ),
        about=lambda number: hashes.number(number) in numbers,
    )


def _clusters(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows in the order of time, those that are far apart in lists of their own."""
    clusters: list[list[Row]] = []
    for row in sorted(rows, key=lambda each: each["attempted_at"]):
        if not clusters or row["attempted_at"] - clusters[-1][-1]["attempted_at"] > _GAP:
            clusters.append([])
        clusters[-1].append(row)
    return clusters


def _attempt(trace: Row, wanted: set[UUID]) -> Attempt:
    return Attempt(
        reference=str(trace["message_id"]),
        number=bytes(trace["number_hash"]),
        text=bytes(trace["text_hash"]),
        kind=trace["kind"],
        attempted_at=trace["attempted_at"],
        wanted=trace["message_id"] in wanted,
        carrier_message_id=trace["carrier_message_id"],
        gone=trace["gone"],
    )


def _trace(one: Composed, hashes: Hashes) -> dict[str, Any]:
    outgoing = one.outgoing
    return {
        "message_id": one.id,
        "kind": outgoing.kind,
        "channel_id": outgoing.channel_id,
        "number_hash": hashes.number(outgoing.to),
        "text_hash": hashes.text(outgoing.text),
    }


def _hashes(cipher: TenantCipher) -> Hashes:
    """Hashes of what a carrier may write in another way: hyphens in numbers, ends of lines and of texts."""
    return Hashes(
        number=lambda number: cipher.field_hash(_NUMBER, _NOT_DIGITS.sub("", number)),
        text=lambda text: cipher.field_hash(_TEXT, text.replace("\r\n", "\n").strip()),
    )
