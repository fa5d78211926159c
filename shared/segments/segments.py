"""Segments: saved filters over contacts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.contacts import search
from shared.contacts.search import Criteria
from shared.contacts.search_terms import tag_key, tag_term
from shared.contacts.sensitive_fields import IsHidden, nothing_hidden
from shared.kernel.database import Connection
from shared.kernel.errors import Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import TenantCipher
from shared.segments import expressions, store
from shared.segments.expressions import Condition
from shared.segments.filters import compile_filter, criteria_of, is_readable, read_filter

SAMPLE_SIZE = 5
LOOKED_AT = 1_000
REACH = ("sms", "kakao_alimtalk", "email")


class SegmentDraft(BaseModel):
    """A filter with a name."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    filter: dict[str, Any]


class Segment(BaseModel):
    """`restricted`: it asks about fields hidden from the caller, to whom its filter is not told."""

    id: UUID
    name: str
    filter: dict[str, Any] | None
    restricted: bool = False
    created_at: datetime


class Count(BaseModel):
    """How many: exactly (`eq`), at least (`gte`), or judged by a part of them (`estimate`)."""

    value: int
    relation: str


def list_all(connection: Connection, cipher: TenantCipher, is_hidden: IsHidden) -> list[Segment]:
    """The camp's segments, newest first."""
    return [_shown(row, cipher, is_hidden) for row in store.list_all(connection)]


def get(connection: Connection, cipher: TenantCipher, segment_id: UUID, is_hidden: IsHidden) -> Segment:
    """One segment. Raises NotFound."""
    return _shown(_row(connection, segment_id), cipher, is_hidden)


def stored_filter(connection: Connection, segment_id: UUID) -> dict[str, Any]:
    """What a segment asks, for work that shows nobody anything. Raises NotFound."""
    node: dict[str, Any] = _row(connection, segment_id)["filter"]
    return node


def create(
    connection: Connection, cipher: TenantCipher, draft: SegmentDraft, member_id: UUID, is_hidden: IsHidden
) -> Segment:
    """Save a filter. Raises ValidationFailed when it makes no sense, Forbidden for a hidden field."""
    read_filter(draft.filter, cipher, is_hidden)
    segment_id = new_id()
    store.insert(connection, segment_id, draft.name, draft.filter)
    audit.record(connection, "segment.created", member_id=member_id, target=str(segment_id))
    return get(connection, cipher, segment_id, is_hidden)


def change(
    connection: Connection,
    cipher: TenantCipher,
    segment_id: UUID,
    draft: SegmentDraft,
    member_id: UUID,
    is_hidden: IsHidden,
) -> Segment:
    """Replace a segment. Campaigns already launched keep their people.

    Raises NotFound; Forbidden when what it asks, or asked before, is hidden.
    """
    ensure_readable(connection, cipher, segment_id, is_hidden)
    read_filter(draft.filter, cipher, is_hidden)
    if not store.update(connection, segment_id, draft.name, draft.filter):
        raise NotFound
    audit.record(connection, "segment.changed", member_id=member_id, target=str(segment_id))
    return get(connection, cipher, segment_id, is_hidden)


def remove(
    connection: Connection, cipher: TenantCipher, segment_id: UUID, member_id: UUID, is_hidden: IsHidden
) -> None:
    """Delete a segment. Raises NotFound; Forbidden when what it asks is hidden."""
    ensure_readable(connection, cipher, segment_id, is_hidden)
    if not store.delete(connection, segment_id):
        raise NotFound
    audit.record(connection, "segment.removed", member_id=member_id, target=str(segment_id))


def ensure_readable(
    connection: Connection, cipher: TenantCipher, segment_id: UUID, is_hidden: IsHidden
) -> None:
    """Raises NotFound, and Forbidden for a segment that asks about something hidden."""
    if not is_readable(stored_filter(connection, segment_id), cipher, is_hidden):
        raise Forbidden("segment.sensitive")


def condition_of(
    connection: Connection, cipher: TenantCipher, segment_id: UUID, is_hidden: IsHidden
) -> Condition:
    """A segment as an exact condition on `c` (contacts) with its parameters. Raises NotFound, Forbidden."""
    return compile_filter(stored_filter(connection, segment_id), cipher, is_hidden)


def criteria(connection: Connection, cipher: TenantCipher, segment_id: UUID, is_hidden: IsHidden) -> Criteria:
    """A segment for searches and counts. Raises NotFound, Forbidden."""
    return criteria_of(stored_filter(connection, segment_id), cipher, is_hidden)


def look(
    connection: Connection, cipher: TenantCipher, node: dict[str, Any], is_hidden: IsHidden
) -> tuple[Count, list[UUID]]:
    """How many live contacts match a filter, exactly up to search.COUNTED, and ids of the newest, LOOKED_AT
    at most; of more than COUNTED maybe the newest of those that were counted. Raises as `read_filter`."""
    asked = criteria_of(node, cipher, is_hidden)  # first: a counter is asked by words that make sense only
    known = _known(connection, node)
    if known is None:
        total, ids = search.count_and_newest(connection, asked, LOOKED_AT)
    else:
        total = search.total_of(known)
        ids = search.newest(connection, asked, LOOKED_AT, of_many=known > search.COUNTED) if known else []
    return Count(**total), ids


def reach(
    connection: Connection, cipher: TenantCipher, newest_ids: Sequence[UUID], total: Count
) -> dict[str, Count]:
    """How many of a filter's `total` contacts each channel reaches, by its `newest`.

    Up to LOOKED_AT contacts that is counted. Of more, it is the share among the newest LOOKED_AT
    (`estimate`).
    """
    exact = [
        expressions.condition(read_filter({"reachable": channel}, cipher, nothing_hidden))
        for channel in REACH
    ]
    values = search.count_each_among(connection, newest_ids, exact)
    if len(newest_ids) < LOOKED_AT:
        return {
            channel: Count(value=value, relation="eq") for channel, value in zip(REACH, values, strict=True)
        }
    return {
        channel: Count(value=round(value * total.value / len(newest_ids)), relation="estimate")
        for channel, value in zip(REACH, values, strict=True)
    }


def _row(connection: Connection, segment_id: UUID) -> dict[str, Any]:
    row = store.get(connection, segment_id)
    if row is None:
        raise NotFound
    return row


def _shown(row: dict[str, Any], cipher: TenantCipher, is_hidden: IsHidden) -> Segment:
    segment = Segment.model_validate(row)
    if is_readable(row["filter"], cipher, is_hidden):
        return segment
    return segment.model_copy(update={"filter": None, "restricted": True})


def _known(connection: Connection, node: dict[str, Any]) -> int | None:
    """What a counter says already: everybody, one tag, everybody without one tag."""
    match node:
        case {"all": []}:
            return store.counted(connection, "")
        case {"tag": str(tag)}:
            return store.counted(connection, tag_key(tag_term(tag)))
        case {"not": {"tag": str(tag)}} if tag.strip():
            return store.counted(connection, "") - store.counted(connection, tag_key(tag_term(tag)))
    return None
