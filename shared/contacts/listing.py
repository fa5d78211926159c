"""The contact list: a page of whoever meets the filters, as it is shown."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from shared.contacts import contacts, search, shared_points, store_listing
from shared.contacts.models import ContactItem, ContactQuery, SharedPhone
from shared.contacts.search import Criteria, Found
from shared.contacts.store_search import Row
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
    shown = cast(list[ContactItem], _items(connection, cipher, found.rows or []))
    return Page(shown, found.cursor, found.total)


def items(connection: Connection, cipher: TenantCipher, ids: list[UUID]) -> list[dict[str, Any]]:
    """Live contacts as lists show them (the fields of ContactItem), in the order of the ids."""
    return _items(connection, cipher, store_listing.listed(connection, ids)) if ids else []


def _items(connection: Connection, cipher: TenantCipher, rows: Sequence[Row]) -> list[dict[str, Any]]:
    sharing = [row["id"] for row in rows if row["shares"]]
    shared = shared_points.phones_by_contact(connection, cipher, sharing) if sharing else {}
    made = contacts.Items(cipher)
    shown = []
    for row in rows:
        if not row["shown"]:
            continue
        points = zip(row["kinds"] or (), row["values_sealed"] or (), strict=True)
        item = made.of(row, points, opted_out=row["opted_out"], contacted_at=row["last_contacted_at"])
        item["shared_phones"] = [phone.model_dump() for phone in shared.get(row["id"], ())] if shared else []
        shown.append(item)
    return shown


def sample(connection: Connection, cipher: TenantCipher, ids: list[UUID]) -> list[ContactItem]:
    """The same as models."""
    return [_model(each) for each in items(connection, cipher, ids)]


def _model(item: dict[str, Any]) -> ContactItem:
    shared = [SharedPhone.model_construct(**phone) for phone in item["shared_phones"]]
    return ContactItem.model_construct(**{**item, "shared_phones": shared})


def _find(
    connection: Connection, cipher: TenantCipher, query: ContactQuery, further: Criteria | None
) -> Found:
    criteria = search.typed(cipher, query.q).and_also(search.tagged(cipher, query.tag))
    if further is not None:
        criteria = criteria.and_also(further)
    unfiltered, look = criteria == Criteria(), store_listing.page
    cursor, limit = query.cursor, query.limit
    if query.import_id is not None and unfiltered and query.outcome != "shared":
        return search.find_in_import(connection, query.import_id, query.outcome, cursor, limit, look)
    if query.import_id is not None:
        criteria = criteria.and_also(search.imported(query.import_id, query.outcome))
        return search.find(connection, criteria, cursor, limit, look=look)
    if unfiltered:
        return search.everybody(connection, cursor, limit, look)
    cap = None if query.q.strip() else search.COUNTED
    return search.find(connection, criteria, cursor, limit, cap, look)
