"""Segments: saved filters over contacts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from shared.contacts import search
from shared.contacts.search import Criteria
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import TenantCipher
from shared.segments import expressions, store
from shared.segments.expressions import Condition
from shared.segments.filters import compile_filter, criteria_of, read_filter

SAMPLE_SIZE = 5
LOOKED_AT = 1_000
REACH = ("sms", "kakao_alimtalk", "email")


class SegmentDraft(BaseModel):
    """A filter with a name."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    filter: dict[str, Any]


class Segment(BaseModel):
    id: UUID
    name: str
    filter: dict[str, Any]
    created_at: datetime


class Count(BaseModel):
    """How many: exactly (`eq`), at least (`gte`), or judged by a part of them (`estimate`)."""

    value: int
    relation: str


def list_all(connection: Connection) -> list[Segment]:
    """The camp's segments, newest first."""
    return [Segment.model_validate(row) for row in store.list_all(connection)]


def get(connection: Connection, segment_id: UUID) -> Segment:
    """One segment. Raises NotFound."""
    row = store.get(connection, segment_id)
    if row is None:
        raise NotFound
    return Segment.model_validate(row)


def create(connection: Connection, cipher: TenantCipher, draft: SegmentDraft, member_id: UUID) -> Segment:
    """Save a filter. Raises ValidationFailed when it makes no sense."""
    read_filter(draft.filter, cipher)
    segment_id = new_id()
    store.insert(connection, segment_id, draft.name, draft.filter)
    audit.record(connection, "segment.created", member_id=member_id, target=str(segment_id))
    return get(connection, segment_id)


def change(
    connection: Connection, cipher: TenantCipher, segment_id: UUID, draft: SegmentDraft, member_id: UUID
) -> Segment:
    """Replace a segment. Campaigns already launched keep their people. Raises NotFound."""
    read_filter(draft.filter, cipher)
    if not store.update(connection, segment_id, draft.name, draft.filter):
        raise NotFound
    audit.record(connection, "segment.changed", member_id=member_id, target=str(segment_id))
    return get(connection, segment_id)


def remove(connection: Connection, segment_id: UUID, member_id: UUID) -> None:
    """Delete a segment. Raises NotFound."""
    if not store.delete(connection, segment_id):
        raise NotFound
    audit.record(connection, "segment.removed", member_id=member_id, target=str(segment_id))


def condition_of(connection: Connection, cipher: TenantCipher, segment_id: UUID) -> Condition:
    """A segment as an exact condition on `c` (contacts) with its parameters. Raises NotFound."""
    return compile_filter(get(connection, segment_id).filter, cipher)


def criteria(connection: Connection, cipher: TenantCipher, segment_id: UUID) -> Criteria:
    """A segment for searches and counts. Raises NotFound."""
    return criteria_of(get(connection, segment_id).filter, cipher)


def count(connection: Connection, cipher: TenantCipher, node: dict[str, Any]) -> Count:
    """How many live contacts match a filter: exactly up to search.COUNTED. Raises ValidationFailed."""
    return Count(**_count(connection, cipher, node))


def sample(connection: Connection, cipher: TenantCipher, node: dict[str, Any]) -> list[UUID]:
    """Ids of the newest contacts that match a filter. Raises ValidationFailed."""
    return search.newest(connection, criteria_of(node, cipher), SAMPLE_SIZE)


def reach(
    connection: Connection, cipher: TenantCipher, node: dict[str, Any], total: Count
) -> dict[str, Count]:
    """How many of a filter's `total` contacts each channel reaches.

    Up to LOOKED_AT contacts that is counted. Of more, it is the share among the newest LOOKED_AT
    (`estimate`).
    """
    ids = search.newest(connection, criteria_of(node, cipher), LOOKED_AT)
    return {channel: _reached(connection, cipher, ids, channel, total) for channel in REACH}


def _reached(
    connection: Connection, cipher: TenantCipher, ids: list[UUID], channel: str, total: Count
) -> Count:
    exact = expressions.condition(read_filter({"reachable": channel}, cipher))
    value = search.count_among(connection, ids, exact)
    if len(ids) < LOOKED_AT:
        return Count(value=value, relation="eq")
    return Count(value=round(value * total.value / len(ids)), relation="estimate")


def _count(connection: Connection, cipher: TenantCipher, node: dict[str, Any]) -> dict[str, Any]:
    known = _known(connection, node)
    return search.count(connection, criteria_of(node, cipher)) if known is None else search.total_of(known)


def _known(connection: Connection, node: dict[str, Any]) -> int | None:
    """What a counter says already: everybody, one tag, everybody without one tag."""
    match node:
        case {"all": []}:
            return store.counted(connection, "")
        case {"tag": str(tag)}:
            return store.counted(connection, tag.strip())
        case {"not": {"tag": str(tag)}} if tag.strip():
            return store.counted(connection, "") - store.counted(connection, tag.strip())
    return None
