"""Saved views: sets of the contact list's filters with a name, one's own or shared with the camp.

Name and query are sealed: what somebody searches for may be a person's name.
"""

from typing import Any
from uuid import UUID

from shared import segments
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher
from shared.selections import store_views as store
from shared.selections.models import ListQuery, View, ViewInput

MAX_VIEWS = 100
_NAME, _QUERY = "view_name", "view_query"


def list_all(connection: Connection, cipher: TenantCipher, member_id: UUID) -> list[View]:
    """The member's own views and the shared ones, oldest first."""
    return [_view(row, cipher, member_id) for row in store.visible(connection, member_id)]


def get(connection: Connection, cipher: TenantCipher, member_id: UUID, view_id: UUID) -> View:
    """One view, with its query. Raises NotFound, also for another member's that is not shared."""
    return _view(_require(store.get(connection, view_id, member_id)), cipher, member_id)


def create(connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: ViewInput) -> View:
    """A new view. Raises ValidationFailed for a filter that makes no sense, Conflict for the 101st."""
    if store.count_of(connection, member_id) >= MAX_VIEWS:
        raise Conflict("selection.too_many_views", limit=MAX_VIEWS)
    view_id = new_id()
    store.insert(connection, {**_columns(cipher, wanted), "id": view_id, "member_id": member_id})
    return get(connection, cipher, member_id, view_id)


def change(
    connection: Connection, cipher: TenantCipher, member_id: UUID, view_id: UUID, wanted: ViewInput
) -> View:
    """Replaces one's own view. Raises NotFound, Forbidden for another's, ValidationFailed as `create`."""
    row = _require(store.get(connection, view_id, member_id, lock=True))
    if row["member_id"] != member_id:
        raise Forbidden
    store.update(connection, {**_columns(cipher, wanted), "id": view_id})
    return get(connection, cipher, member_id, view_id)


def remove(connection: Connection, member_id: UUID, view_id: UUID, *, may_remove_others: bool) -> None:
    """Deletes a view; a shared one of another member only with the right to. Raises NotFound, Forbidden."""
    row = _require(store.get(connection, view_id, member_id, lock=True))
    if row["member_id"] != member_id and not may_remove_others:
        raise Forbidden
    store.delete(connection, view_id)


def _columns(cipher: TenantCipher, wanted: ViewInput) -> dict[str, Any]:
    if wanted.query.filter is not None:
        segments.compile_filter(wanted.query.filter, cipher)
    query = wanted.query.model_dump(mode="json", exclude_defaults=True)
    return {
        "name_sealed": cipher.seal(_NAME, wanted.name),
        "query_sealed": cipher.seal_json(_QUERY, query),
        "shared": wanted.shared,
    }


def _require(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise NotFound
    return row


def _view(row: dict[str, Any], cipher: TenantCipher, member_id: UUID) -> View:
    return View(
        **{name: row[name] for name in ("id", "shared", "member_id", "created_at", "updated_at")},
        name=cipher.open(_NAME, row["name_sealed"]),
        query=ListQuery.model_validate(cipher.open_json(_QUERY, row["query_sealed"])),
        own=row["member_id"] == member_id,
    )
