"""The one place where a message's fate is written: ledger, recipient, fallback, quota, chart.

Answers of the carrier, delivery reports, look-ups and sweeps all arrive here as `Change`s. Illegal
moves (a late report, a double one) change nothing. Messages and recipients move in lockstep under the
messages' locks, so the quota is touched exactly once per message.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.database import Connection
from shared.kernel.logging import get_logger
from shared.kernel.metrics import MESSAGES
from shared.messaging import (
    budget,
    opt_outs,
    retrying,
    store_campaigns,
    store_messages,
    store_quotas,
    store_recipients,
    store_series,
    store_spend,
)
from shared.messaging.states import (
    MESSAGE_FROM,
    MESSAGE_TERMINAL,
    CampaignStatus,
    MessageState,
    RecipientState,
)

log = get_logger(__name__)

# The code of a message that the carrier, asked after the grace, does not know.
NOT_FOUND = "NOT_FOUND"

# After these no other channel is tried: the person said no, or the message may well have arrived.
NO_FALLBACK = frozenset({"opt_out", "unreported"})


@dataclass(frozen=True)
class Change:
    """What became known about one message. `next_look_up_at` is when to ask again if nothing comes.

    `account_id` is whose word it is: a message of another account does not move. None is our own word.
    `refused`: a failure that is the carrier's answer to the call itself, so nothing left and nothing is
    used. `retry_at` belongs to `withdrawn`: when the recipient may be sent to again.
    """

    message_id: UUID
    state: MessageState
    code: str | None = None
    reason: str | None = None
    refused: bool = False
    carrier_message_id: str | None = None
    carrier_group_id: str | None = None
    at: datetime | None = None
    next_look_up_at: datetime | None = None
    retry_at: datetime | None = None
    account_id: UUID | None = None


Moved = tuple[dict[str, Any], Change]


@dataclass
class _CampaignWork:
    """The legal changes of one campaign."""

    campaign: dict[str, Any]
    moved: list[Moved]

    def in_state(self, state: MessageState) -> list[Moved]:
        return [pair for pair in self.moved if pair[1].state is state]


def apply(
    connection: Connection, changes: Sequence[Change], now: datetime, campaign_id: UUID | None = None
) -> int:
    """Apply changes in the running transaction; returns how many messages moved.

    Shares the campaigns concerned before anything else, then locks the messages in the order of their ids.
    `campaign_id`: all the messages are known to be this campaign's.
    """
    if not changes:
        return 0
    ids = [change.message_id for change in changes]
    concerned = [campaign_id] if campaign_id else store_messages.campaigns_of(connection, ids)
    campaigns = store_campaigns.share(connection, concerned)
    rows = {row["id"]: row for row in store_messages.lock_by_ids(connection, ids)}
    changes = [change for change in changes if _may_speak(rows.get(change.message_id), change)]
    _believe_late_news(connection, rows, changes)
    moved = _legal(rows, changes)
    if not moved:
        return 0
    store_messages.update_states(connection, [_ledger_row(row, change, now) for row, change in moved])
    for _, campaign_id, pairs in _by_month(moved):
        if campaign_id is None:
            _settle_tests(connection, pairs)
        else:
            _settle_campaign(connection, _CampaignWork(campaigns[campaign_id], pairs), now)
    _remember_opt_outs(connection, moved)
    for state, count in Counter(change.state.value for _, change in moved).items():
        MESSAGES.labels(state).inc(count)
    return len(moved)


def _may_speak(row: Mapping[str, Any] | None, change: Change) -> bool:
    """Whether the message is there and belongs to the account that speaks of it."""
    if row is None:
        return False
    known = change.account_id in (None, row["account_id"])
    if not known:
        log.warning("report_of_another_account", message_id=str(change.message_id))
    return known


def _by_month(moved: Sequence[Moved]) -> list[tuple[date, UUID | None, list[Moved]]]:
    """The moves per month and campaign (None: test sends), months in order.

    Each month's quota is locked in turn, after the campaigns and before the audit log: in the same order by
    everybody, so that nobody waits for somebody who waits for them.
    """
    groups: dict[tuple[date, UUID | None], list[Moved]] = defaultdict(list)
    for pair in moved:
        groups[pair[0]["ledger_month"], pair[0]["campaign_id"]].append(pair)
    ordered = sorted(groups.items(), key=lambda group: group[0][0])
    return [(month, campaign_id, pairs) for (month, campaign_id), pairs in ordered]


def _believe_late_news(
    connection: Connection, rows: Mapping[UUID, dict[str, Any]], changes: Iterable[Change]
) -> None:
    """A message that no look-up found, and that the carrier has after all, is `unknown` once more.

    Only while its recipient waits at the same attempt: then the news comes in time to prevent a second text.
    """
    news = {c.message_id for c in changes if c.state in (MessageState.ACCEPTED, MessageState.DELIVERED)}
    lost = [row for id_, row in rows.items() if id_ in news and _was_not_found(row)]
    taken_back = store_recipients.take_back(connection, lost) if lost else set()
    again = [row for row in lost if row["recipient_id"] in taken_back]
    if again:
        store_messages.reopen(connection, [row["id"] for row in again])
    for row in again:
        row["state"] = MessageState.UNKNOWN.value


def _was_not_found(row: Mapping[str, Any]) -> bool:
    return bool(row["state"] == MessageState.WITHDRAWN and row["code"] == NOT_FOUND)


def _legal(rows: Mapping[UUID, dict[str, Any]], changes: Iterable[Change]) -> list[Moved]:
    """The changes the state table allows, the furthest one per message."""
    chosen: dict[UUID, Change] = {}
    for change in changes:
        row = rows[change.message_id]
        state = MessageState(row["state"])
        if state not in MESSAGE_FROM[change.state]:
            if state is MessageState.WITHDRAWN:
                # Too late: the recipient was sent another message, or came to an end.
                MESSAGES.labels("late").inc()
                log.warning(
                    "report_for_withdrawn_message", message_id=str(change.message_id), code=change.code
                )
            continue
        earlier = chosen.get(change.message_id)
        if earlier is None or earlier.state not in MESSAGE_TERMINAL:
            chosen[change.message_id] = change
    return [(rows[message_id], change) for message_id, change in chosen.items()]


def _ledger_row(row: Mapping[str, Any], change: Change, now: datetime) -> dict[str, Any]:
    terminal = change.state in MESSAGE_TERMINAL
    return {
        "id": row["id"],
        "ledger_month": row["ledger_month"],
        "state": change.state.value,
        "code": change.code,
        "reason": change.reason,
        "carrier_message_id": change.carrier_message_id,
        "carrier_group_id": change.carrier_group_id,
        "accepted_at": now if _newly_used(row, change) else None,
        "settled_at": (change.at or now) if terminal else None,
        "next_look_up_at": None if terminal else change.next_look_up_at,
    }


def _newly_used(row: Mapping[str, Any], change: Change) -> bool:
    """Whether the carrier is now known to have taken the message: then the quota is used."""
    taken = change.state in (MessageState.ACCEPTED, MessageState.DELIVERED, MessageState.FAILED)
    return taken and not change.refused and row["accepted_at"] is None


def _settle_campaign(connection: Connection, work: _CampaignWork, now: datetime) -> None:
    campaign_id = work.campaign["id"]
    used = sum(_newly_used(row, change) for row, change in work.moved)
    _move_recipients(connection, work, now)
    released = _withdraw(connection, work, now) + _fail(connection, work, now)
    store_quotas.settle(connection, work.campaign["ledger_month"], used=used, released=released)
    store_campaigns.add_reserved(connection, campaign_id, -(used + released))
    delivered, failed = work.in_state(MessageState.DELIVERED), work.in_state(MessageState.FAILED)
    store_spend.add(connection, campaign_id, Counter(r["kind"] for r, c in work.moved if _newly_used(r, c)))
    faulty = budget.count_faults(change.reason for _, change in failed)
    counts = {"accepted": used, "delivered": len(delivered), "failed": len(failed), "faulty": faulty}
    store_series.add(connection, campaign_id, now, **counts)
    if faulty:
        budget.check(connection, work.campaign, now)


def _settle_tests(connection: Connection, moved: Sequence[Moved]) -> None:
    """Test sends have no recipient; what never left gives its reservation back."""
    for row, change in moved:
        used = _newly_used(row, change)
        ended = change.state in (MessageState.FAILED, MessageState.WITHDRAWN)
        released = ended and not used and row["accepted_at"] is None
        store_quotas.settle(connection, row["ledger_month"], used=int(used), released=int(released))


def _move_recipients(connection: Connection, work: _CampaignWork, now: datetime) -> None:
    for state, target in (
        (MessageState.ACCEPTED, RecipientState.SENT),
        (MessageState.DELIVERED, RecipientState.DELIVERED),
        (MessageState.UNKNOWN, RecipientState.UNKNOWN),
    ):
        recipients = [row["recipient_id"] for row, _ in work.in_state(state)]
        sent_at = None if target is RecipientState.UNKNOWN else now
        store_recipients.move(connection, work.campaign["id"], recipients, target, sent_at=sent_at)


def _withdraw(connection: Connection, work: _CampaignWork, now: datetime) -> int:
    """Messages that never left: their recipients wait again, unless the campaign is cancelled.

    Returns how many reservations are free.
    """
    by_time: dict[datetime, list[UUID]] = defaultdict(list)
    for row, change in work.in_state(MessageState.WITHDRAWN):
        by_time[change.retry_at or now].append(row["recipient_id"])
    for retry_at, recipients in by_time.items():
        store_recipients.queue(connection, work.campaign["id"], recipients, retry_at)
    if by_time and work.campaign["status"] == CampaignStatus.CANCELLED:
        return store_recipients.suppress_waiting(connection, work.campaign["id"], "cancelled")
    return 0


def _fail(connection: Connection, work: _CampaignWork, now: datetime) -> int:
    """Failed messages: another try, else the next step for whom there is one, else the end.

    A message that was refused still holds its reservation and hands it on; one that was taken has used
    it, so the next step needs another. Returns how many reservations are free.
    """
    failed = work.in_state(MessageState.FAILED)
    if not failed:
        return 0
    steps = store_campaigns.steps_of(connection, [work.campaign["id"]])
    waiting = _try_again(connection, work.campaign, steps, failed, now)
    failed = [pair for pair in failed if pair[0]["recipient_id"] not in waiting]
    following = {step["position"] - 1: step for step in steps}
    onward = [pair for pair in failed if _may_fall_back(pair, following, work.campaign)]
    goes_on = {row["id"] for row, _ in onward}
    holding = [pair for pair in onward if _holds_reservation(pair)]
    needing = [pair for pair in onward if not _holds_reservation(pair)]
    granted = _reserve_up_to(connection, work.campaign, len(needing))
    _start_next_steps(connection, work.campaign["id"], holding + needing[:granted], following, now)
    without_quota = [(pair, "quota") for pair in needing[granted:]]
    ended = [
        *((pair, pair[1].reason or "unknown") for pair in failed if pair[0]["id"] not in goes_on),
        *without_quota,
    ]
    store_recipients.move(
        connection,
        work.campaign["id"],
        [row["recipient_id"] for (row, _), _ in ended],
        RecipientState.FAILED,
        reasons=[reason for _, reason in ended],
        sent_at=None,
    )
    return sum(_holds_reservation(pair) for pair, _ in ended)


def _try_again(
    connection: Connection,
    campaign: Mapping[str, Any],
    steps: Sequence[dict[str, Any]],
    failed: Sequence[Moved],
    now: datetime,
) -> set[UUID]:
    """Queue those that have a try left and for whom there is quota; returns these recipients.

    A refusal of the call itself is none of them: `sending` has tried that again already.
    """
    if campaign["status"] == CampaignStatus.CANCELLED:
        return set()
    rows = [
        pair[0] for pair in failed if retrying.is_temporary(pair[1].reason) and not _holds_reservation(pair)
    ]
    again = retrying.due_again(connection, campaign, steps, rows, now) if rows else []
    again = again[: _reserve_up_to(connection, campaign, len(again))]
    by_time: dict[datetime, list[UUID]] = defaultdict(list)
    for recipient_id, at in again:
        by_time[at].append(recipient_id)
    for at, recipients in by_time.items():
        store_recipients.queue(connection, campaign["id"], recipients, at)
    return {recipient_id for recipient_id, _ in again}


def _may_fall_back(pair: Moved, following: Mapping[int, Any], campaign: Mapping[str, Any]) -> bool:
    row, change = pair
    return (
        row["step"] in following
        and change.reason not in NO_FALLBACK
        and campaign["status"] != CampaignStatus.CANCELLED
    )


def _holds_reservation(pair: Moved) -> bool:
    row, change = pair
    return row["accepted_at"] is None and not _newly_used(row, change)


def _reserve_up_to(connection: Connection, campaign: Mapping[str, Any], count: int) -> int:
    if count == 0:
        return 0
    granted = store_quotas.reserve_up_to(connection, campaign["ledger_month"], count)
    store_campaigns.add_reserved(connection, campaign["id"], granted)
    return granted


def _start_next_steps(
    connection: Connection,
    campaign_id: UUID,
    pairs: Sequence[Moved],
    following: Mapping[int, Any],
    now: datetime,
) -> None:
    by_step: dict[int, list[UUID]] = defaultdict(list)
    for row, _ in pairs:
        by_step[row["step"]].append(row["recipient_id"])
    for step, recipients in by_step.items():
        next_at = now + timedelta(seconds=following[step]["wait_seconds"])
        store_recipients.queue(connection, campaign_id, recipients, next_at, step=following[step]["position"])


def _remember_opt_outs(connection: Connection, moved: Sequence[Moved]) -> None:
    """A person who refused at the carrier (080) has refused: the camp must not write again."""
    refused: dict[UUID, list[UUID]] = defaultdict(list)
    for row, change in moved:
        if change.state is MessageState.FAILED and change.reason == "opt_out" and row["campaign_id"]:
            refused[row["campaign_id"]].append(row["recipient_id"])
    rows = [
        phone
        for campaign_id, recipients in refused.items()
        for phone in store_recipients.phones_of(connection, campaign_id, recipients)
    ]
    if rows:
        opt_outs.add_from_carrier(connection, rows)
