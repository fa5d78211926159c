"""A target, as a condition on contacts."""

from typing import Any
from uuid import UUID

from psycopg import sql

from shared import segments
from shared.contacts import search
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.security.cipher import TenantCipher
from shared.selections import store
from shared.selections.models import Target

Condition = tuple[sql.Composable, list[Any]]


def freeze(
    connection: Connection, cipher: TenantCipher, job_id: UUID, target: Target, is_hidden: IsHidden
) -> int:
    """Writes down the live contacts that a target names now, for a job; returns how many.

    Whatever changes afterwards, the job works on these. Raises NotFound for an unknown segment,
    ValidationFailed for a filter that makes no sense, Forbidden for one that asks about a hidden field.
    """
    return store.freeze(connection, job_id, condition_of(connection, cipher, target, is_hidden))


def count(connection: Connection, cipher: TenantCipher, target: Target, is_hidden: IsHidden) -> int:
    """How many live contacts a target names now: before many are deleted, "2,500+" is no number. Raises as
    `freeze`."""
    return store.count(connection, condition_of(connection, cipher, target, is_hidden))


def condition_of(
    connection: Connection, cipher: TenantCipher, target: Target, is_hidden: IsHidden
) -> Condition:
    """The condition on `c` (a row of contacts) and its parameters. Raises as `freeze`."""
    if target.ids is not None:
        return store.of_ids(target.ids)
    parts: list[Condition] = []
    if target.q.strip():
        parts.append(search.condition_of(cipher, target.q))
    if target.segment_id is not None:
        parts.append(segments.condition_of(connection, cipher, target.segment_id, is_hidden))
    parts += [segments.compile_filter(node, cipher, is_hidden) for node in _nodes(target)]
    if not parts:
        return sql.SQL("true"), []
    condition = sql.SQL(" AND ").join([sql.SQL("({})").format(part) for part, _ in parts])
    return condition, [parameter for _, parameters in parts for parameter in parameters]


def _nodes(target: Target) -> list[dict[str, Any]]:
    """What a target asks beside text and segment, in the words of a filter."""
    nodes: list[dict[str, Any]] = [{"tag": tag} for tag in target.tag]
    if target.import_id is not None:
        one = str(target.import_id)
        nodes.append({"import": {"id": one, "outcome": target.outcome} if target.outcome else one})
    if target.filter is not None:
        nodes.append(target.filter)
    return nodes
