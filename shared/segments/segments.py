"""Segments: saved filters over contacts."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from psycopg import sql
from pydantic import BaseModel, StringConstraints

from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.ids import new_id
from shared.security import audit
from shared.security.cipher import TenantCipher
from shared.segments import store
from shared.segments.filters import compile_filter

SAMPLE_SIZE = 10


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
    """How many: exactly (`eq`), or at least (`gte`)."""

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
    compile_filter(draft.filter, cipher)
    segment_id = new_id()
    store.insert(connection, segment_id, draft.name, draft.filter)
    audit.record(connection, "segment.created", member_id=member_id, target=str(segment_id))
    return get(connection, segment_id)


def change(
    connection: Connection, cipher: TenantCipher, segment_id: UUID, draft: SegmentDraft, member_id: UUID
) -> Segment:
    """Replace a segment. Campaigns already launched keep their people. Raises NotFound."""
    compile_filter(draft.filter, cipher)
    if not store.update(connection, segment_id, draft.name, draft.filter):
        raise NotFound
    audit.record(connection, "segment.changed", member_id=member_id, target=str(segment_id))
    return get(connection, segment_id)


def remove(connection: Connection, segment_id: UUID, member_id: UUID) -> None:
    """Delete a segment. Raises NotFound."""
    if not store.delete(connection, segment_id):
        raise NotFound
    audit.record(connection, "segment.removed", member_id=member_id, target=str(segment_id))


def condition_of(
    connection: Connection, cipher: TenantCipher, segment_id: UUID
) -> tuple[sql.Composable, list[Any]]:
    """A segment as a condition on `c` (contacts) with its parameters. Raises NotFound."""
    return compile_filter(get(connection, segment_id).filter, cipher)


def count(connection: Connection, cipher: TenantCipher, node: dict[str, Any]) -> Count:
    """How many live contacts match a filter; beyond the cap it says so."""
    condition, parameters = compile_filter(node, cipher)
    value = store.count_matches(connection, condition, parameters)
    if value > store.COUNT_CAP:
        return Count(value=store.COUNT_CAP, relation="gte")
    return Count(value=value, relation="eq")


def sample(connection: Connection, cipher: TenantCipher, node: dict[str, Any]) -> list[UUID]:
    """Ids of the newest contacts that match a filter."""
    condition, parameters = compile_filter(node, cipher)
    return store.newest_matches(connection, condition, parameters, SAMPLE_SIZE)


def page(
    connection: Connection,
    cipher: TenantCipher,
    segment_id: UUID,
    tokens: list[int],
    before: UUID | None,
    limit: int,
) -> tuple[list[UUID], Count]:
    """Ids of a segment's contacts that also have all the search tokens, newest first, with their count.

    Raises NotFound.
    """
    condition, parameters = condition_of(connection, cipher, segment_id)
    if tokens:
        condition = sql.SQL("({} AND {})").format(condition, store.HAS_TOKENS)
        parameters = [*parameters, tokens]
    value = store.count_matches(connection, condition, parameters)
    ids = store.newest_matches(connection, condition, parameters, limit, before)
    if value > store.COUNT_CAP:
        return ids, Count(value=store.COUNT_CAP, relation="gte")
    return ids, Count(value=value, relation="eq")
