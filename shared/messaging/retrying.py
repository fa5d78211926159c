"""When a message that certainly did not arrive is tried once more, on the same channel.

Only what the carrier reported as failed for a temporary reason: the phone was off, the carrier had a fault.
Nothing that may have arrived is ever among it: an unknown outcome is looked up, "sent, unconfirmed" waits for
its end, and what never gets one is closed as unreported.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.kernel.config import settings
from shared.kernel.database import Connection
from shared.messaging import store_messages
from shared.messaging.gateways import TEMPORARY_REASONS

Row = dict[str, Any]
LONGEST_WAIT = timedelta(hours=6)


def is_temporary(reason: str | None) -> bool:
    """Whether the same message can reach the same person later."""
    return reason in TEMPORARY_REASONS


def due_again(
    connection: Connection,
    campaign: Mapping[str, Any],
    steps: Sequence[Row],
    failed: Sequence[Row],
    now: datetime,
) -> list[tuple[UUID, datetime]]:
    """(recipient, when) of failed messages that have a try left at their step.

    `failed` are ledger rows whose failure is written already; the wait doubles with each.
    """
    by_position = {step["position"]: step for step in steps}
    last = max(by_position, default=0)
    rows = [row for row in failed if _most(by_position[row["step"]], last) > 0]
    failures = store_messages.failures(connection, campaign, [row["recipient_id"] for row in rows])
    again = []
    for row in rows:
        step, count = by_position[row["step"]], failures[row["recipient_id"], row["step"]]
        if count <= _most(step, last):
            again.append((row["recipient_id"], now + wait(step, count)))
    return again


def wait(step: Row, failures: int) -> timedelta:
    """How long to wait after the n-th failure: the step's seconds, twice as long each time."""
    seconds = step["retry_seconds"] or settings().delivery_retry_seconds
    return min(LONGEST_WAIT, timedelta(seconds=seconds * 2 ** (failures - 1)))


def _most(step: Row, last: int) -> int:
    """A step that says nothing is retried only if it is the last: another channel is the quicker remedy."""
    if step["retries"] is not None:
        return int(step["retries"])
    return settings().delivery_retries if step["position"] == last else 0
