"""What every field and point of a contact was before, and taking a change out again.

The fields of a contact are a chain of changes in the order in which they were made. A change is an edit, an
import, a merge or a bulk action (its cause). Undoing a cause takes its links out of all chains and computes
what the remaining ones give: each contact is as if the cause had never happened, later changes kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from shared.contacts.store import Row
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher

Cause = Literal["edit", "import", "merge", "bulk"]
# (contact, tags that came, tags that went): only what really changed.
TagChange = tuple[UUID, Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class Undone:
    """`restored`: contacts that are as they were before the cause. `kept`: contacts on which a later change
    of the same field or point stays. `kept_edits`: how many such changes there are."""

    restored: list[UUID] = field(default_factory=list)
    kept: list[UUID] = field(default_factory=list)
    kept_edits: int = 0


def log_fields(
    connection: Connection,
    contact_id: UUID,
    cause: Cause,
    cause_id: UUID,
    member_id: UUID | None,
    before: Row,
    after: Row,
) -> list[str]:
    """Logs the fields in which two rows of `contacts` differ, tags included; returns their names.

    Only columns that stand in `after` are compared. Call it in the transaction of the change, with the
    contact locked since `before` was read.
    """
    raise NotImplementedError


def log_tags(
    connection: Connection, cause: Cause, cause_id: UUID, member_id: UUID | None, changes: Iterable[TagChange]
) -> None:
    """Logs tags that came and went, for many contacts in one statement; the contacts must be locked."""
    raise NotImplementedError


def log_point(
    connection: Connection,
    cause: Cause,
    cause_id: UUID,
    member_id: UUID | None,
    point: Row,
    *,
    from_contact: UUID | None,
    to_contact: UUID | None,
) -> None:
    """Logs that a point (a row with kind, hash, value_sealed, textable, position) changed hands.

    From None: somebody took it up. To None: it was given up; the log keeps its value.
    """
    raise NotImplementedError


def undo(
    connection: Connection,
    cipher: TenantCipher,
    cause_ids: Sequence[UUID],
    contact_ids: Sequence[UUID] | None = None,
) -> Undone:
    """Takes what these causes did to fields, tags and points out of the contacts' histories.

    With `contact_ids` only on those contacts, so that a large cause is undone in pieces. Locks every contact
    it may write, in the order of their ids, recomputes their search tokens, and passes on to contacts into
    which they were merged later. Undoing again changes nothing. Not for the creation of contacts.
    """
    raise NotImplementedError


def erase(connection: Connection, contact_ids: Sequence[UUID]) -> None:
    """Blanks the values that the histories of these contacts hold; what remains is that something changed."""
    raise NotImplementedError
