"""What stays with a campaign: what was declared of it, who approved it, what the rules found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.compliance import store_checks as store
from shared.compliance.facts import Moment
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound


def declared(connection: Connection, campaign_id: UUID | None) -> dict[str, Any]:
    """The declarations as stored; empty when nothing was declared."""
    return store.declared(connection, campaign_id) if campaign_id else {}


def declare(connection: Connection, campaign_id: UUID, told: dict[str, Any], member_id: UUID) -> None:
    """Replaces the declarations of a campaign. The caller has checked that it may still be changed."""
    store.declare(connection, campaign_id, told, member_id)


def is_approved(connection: Connection, campaign_id: UUID, content_hash: bytes) -> bool:
    """Whether a second person approved exactly this content."""
    return approval_state(connection, campaign_id, content_hash) == "approved"


def approval_state(connection: Connection, campaign_id: UUID, content_hash: bytes) -> str:
    """none, requested, approved or refused."""
    row = store.approval_of(connection, campaign_id, content_hash)
    return str(row["state"]) if row else "none"


def keep(connection: Connection, row: store.Row) -> None:
    """Keeps a verdict; see `store_checks.insert_check`."""
    store.insert_check(connection, row)


def note_batch(
    connection: Connection,
    campaign_id: UUID,
    step: int,
    rule_set: str,
    verdicts: Sequence[dict[str, str]],
    at: datetime,
) -> None:
    """Keeps what a batch found: counted while it is the same as before, a line of its own when it changes."""
    row = {
        "campaign_id": campaign_id,
        "moment": Moment.BATCH.value,
        "step": step,
        "rule_set": rule_set,
        "verdicts": list(verdicts),
        "facts_sealed": None,
        "content_hash": None,
        "at": at,
    }
    if not store.note_same(connection, row):
        store.insert_check(connection, row)


def checks_of(connection: Connection, campaign_id: UUID) -> Sequence[store.Row]:
    """What was found of a campaign, in order."""
    return store.checks_of(connection, campaign_id)


def request_approval(connection: Connection, row: store.Row) -> store.Row:
    """A request for one content, or the one that is there already; see `store_checks.request_approval`."""
    found = store.request_approval(connection, row)
    if found is None:
        raise NotFound
    return found


def approval(connection: Connection, approval_id: UUID) -> store.Row | None:
    """A request."""
    return store.approval(connection, approval_id)


def decide(
    connection: Connection, approval_id: UUID, state: str, member_id: UUID, note: str, now: datetime
) -> store.Row | None:
    """The decided request; None when it was decided before."""
    return store.decide(connection, approval_id, state, member_id, note, now)


def approvals_of(connection: Connection, campaign_id: UUID) -> list[store.Row]:
    """The requests of a campaign, the latest first."""
    return store.approvals_of(connection, campaign_id)


def approvals(connection: Connection, state: str | None, limit: int) -> list[store.Row]:
    """Requests of the camp, the latest first."""
    return store.approvals(connection, state, limit)
