"""Saved views: sets of the contact list's filters with a name, one's own or shared with the camp.

Name and query are sealed: what somebody searches for may be a person's name.
"""

from typing import Any
from uuid import UUID

from shared import segments
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.kernel.errors import Conflict, Forbidden, NotFound
from shared.kernel.ids import new_id
from shared.security.cipher import TenantCipher
from shared.selections import store_views as store
from shared.selections.models import ListQuery, View, ViewInput

MAX_VIEWS = 100
_NAME, _QUERY = "view_name", "view_query"


def list_all(
    connection: Connection, cipher: TenantCipher, member_id: UUID, is_hidden: IsHidden
) -> list[View]:
    """The member's own views and the shared ones, oldest first; none that asks about a hidden field."""
    views = [_view(row, cipher, member_id) for row in store.visible(connection, member_id)]
    return [view for view in views if _may_see(view, cipher, is_hidden)]


def get(
    connection: Connection, cipher: TenantCipher, member_id: UUID, view_id: UUID, is_hidden: IsHidden
) -> View:
    """One view, with its query.

    Raises NotFound, also for another member's that is not shared and for one that asks about a hidden field.
    """
    view = _view(_require(store.get(connection, view_id, member_id)), cipher, member_id)
    if not _may_see(view, cipher, is_hidden):
        raise NotFound
    return view


def create(
    connection: Connection, cipher: TenantCipher, member_id: UUID, wanted: ViewInput, is_hidden: IsHidden
) -> View:
    """A new view.

    Raises ValidationFailed for a filter that makes no sense, Forbidden for one that asks about a hidden
    field, Conflict for the 101st.
    """
    if store.count_of(connection, member_id) >= MAX_VIEWS:
        raise Conflict("selection.too_many_views", limit=MAX_VIEWS)
    view_id = new_id()
    store.insert(connection, {**_columns(cipher, wanted, is_hidden), "id": view_id, "member_id": member_id})
    return get(connection, cipher, member_id, view_id, is_hidden)


def change(
    connection: Connection,
    cipher: TenantCipher,
    member_id: UUID,
    view_id: UUID,
    wanted: ViewInput,
    is_hidden: IsHidden,
) -> View:
    """Replaces one's own view. Raises NotFound, Forbidden for another's, otherwise as `create`."""
    row = _require(store.get(connection, view_id, member_id, lock=True))
    if row["member_id"] != member_id:
        raise Forbidden
    store.update(connection, {**_columns(cipher, wanted, is_hidden), "id": view_id})
    return get(connection, cipher, member_id, view_id, is_hidden)


def remove(connection: Connection, member_id: UUID, view_id: UUID, *, may_remove_others: bool) -> None:
    """Deletes a view; a shared one of another member only with the right to. Raises NotFound, Forbidden."""
    row = _require(store.get(connection, view_id, member_id, lock=True))
    if row["member_id"] != member_id and not may_remove_others:
        raise Forbidden
    store.delete(connection, view_id)


def _may_see(view: View, cipher: TenantCipher, is_hidden: IsHidden) -> bool:
    return view.query.filter is None or segments.is_readable(view.query.filter, cipher, is_hidden)


def _columns(cipher: TenantCipher, wanted: ViewInput, is_hidden: IsHidden) -> dict[str, Any]:
    if wanted.query.filter is not None:
        segments.compile_filter(wanted.query.filter, cipher, is_hidden)
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
