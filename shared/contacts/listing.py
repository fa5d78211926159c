"""The contact list: a page of whoever meets the filters, as it is shown."""

from typing import Any, cast
from uuid import UUID

from shared.contacts import search, store
from shared.contacts.contacts import item
from shared.contacts.models import ContactItem, ContactQuery
from shared.contacts.search import Criteria, Found
from shared.kernel.database import Connection
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher


def list_page(
    connection: Connection, cipher: TenantCipher, query: ContactQuery, further: Criteria | None = None
) -> Page[ContactItem]:
    """One page of the contacts that meet all filters of the query, and `further` (a segment's).

    With `q` the best matches come first, then the newest; without it the newest; an import's alone come
    in the
    order of its file. Raises ValidationFailed for a cursor that is none of ours.
    """
    found = _find(connection, cipher, query, further)
    # Plain dicts of ContactItem's fields: making and dumping 50 models would take half of the request's time.
    shown = cast(list[ContactItem], items(connection, cipher, found.ids))
    return Page(shown, found.cursor, found.total)


def items(connection: Connection, cipher: TenantCipher, ids: list[UUID]) -> list[dict[str, Any]]:
    """Live contacts as lists show them (the fields of ContactItem), in the order of the ids."""
    if not ids:
        return []
    points: dict[UUID, list[store.Row]] = {}
    for point in store.points_of(connection, ids):
        points.setdefault(point["contact_id"], []).append(point)
    contacted = store.last_contacted(connection, ids)
    rows = {row["id"]: row for row in store.contacts_by_ids(connection, ids)}
    return [item(cipher, rows[i], points.get(i, []), contacted) for i in ids if i in rows]


def sample(connection: Connection, cipher: TenantCipher, ids: list[UUID]) -> list[ContactItem]:
    """The same as models."""
    return [ContactItem.model_construct(**each) for each in items(connection, cipher, ids)]


def _find(
    connection: Connection, cipher: TenantCipher, query: ContactQuery, further: Criteria | None
) -> Found:
    criteria = search.typed(cipher, query.q).and_also(search.tagged(cipher, query.tag))
    if further is not None:
        criteria = criteria.and_also(further)
    unfiltered = criteria == Criteria()
    if query.import_id is not None and unfiltered and query.outcome != "shared":
        return search.find_in_import(connection, query.import_id, query.outcome, query.cursor, query.limit)
    if query.import_id is not None:
        return search.find(
            connection,
            criteria.and_also(search.imported(query.import_id, query.outcome)),
            query.cursor,
            query.limit,
        )
    if unfiltered:
        return search.everybody(connection, query.cursor, query.limit)
    cap = None if query.q.strip() else search.COUNTED
    return search.find(connection, criteria, query.cursor, query.limit, cap)
