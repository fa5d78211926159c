"""The contact list: a page of whoever meets the filters, as it is shown."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from shared.accounts.identity import Identity
from shared.accounts.sessions import identity_of
from shared.contacts import contacts, search, shared_points, store_listing
from shared.contacts.models import ContactItem, ContactQuery, SharedPhone
from shared.contacts.search import Criteria, Found
from shared.contacts.store_listing import Listed
from shared.contacts.store_search import Look
from shared.kernel.database import Connection, at_once, tenant_transaction
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher
from shared.security.tokens import AccessClaims

SharedPhones = dict[UUID, list[SharedPhone]]


def list_page(
    connection: Connection, cipher: TenantCipher, query: ContactQuery, further: Criteria | None = None
) -> Page[ContactItem]:
    """One page of the contacts that meet all filters of the query, and `further` (a segment's).

    With `q` the best matches come first, then the newest; without it the newest; an import's alone come
    in the
    order of its file. Raises ValidationFailed for a cursor that is none of ours.
    """
    found = _find(connection, cipher, query, further)
    return _page(cipher, found, _shared_phones(connection, cipher, found.rows or []))


def page_at_once(
    cipher: TenantCipher, claims: AccessClaims, query: ContactQuery
) -> tuple[Identity | None, Page[ContactItem]] | None:
    """The same, and the caller (None: the session has ended, and nothing was looked for), in one statement;
    None when the question takes more than that. Raises as `list_page`."""
    if query.model_fields_set - _SIMPLE:
        return None
    criteria = _asked(cipher, query)
    if not criteria.is_simple:
        return None
    look = store_listing.PageForCaller(claims)
    found = at_once(lambda connection: _found(connection, criteria, query, look))
    rows, shared = found.rows or [], {}
    if any(row.shares for row in rows):
        with tenant_transaction(claims.tenant_id) as connection:
            shared = _shared_phones(connection, cipher, rows)
    return identity_of(claims, look.member), _page(cipher, found, shared)


_SIMPLE = {"q", "tag", "limit", "cursor"}


def _page(cipher: TenantCipher, found: Found, shared: SharedPhones) -> Page[ContactItem]:
    # Plain dicts of ContactItem's fields: making and dumping 50 models would take half of the request's time.
    shown = cast(list[ContactItem], _items(cipher, found.rows or [], shared))
    return Page(shown, found.cursor, found.total)


def items(connection: Connection, cipher: TenantCipher, ids: list[UUID]) -> list[dict[str, Any]]:
    """Live contacts as lists show them (the fields of ContactItem), in the order of the ids."""
    rows = store_listing.listed(connection, ids) if ids else []
    return _items(cipher, rows, _shared_phones(connection, cipher, rows))


def _shared_phones(connection: Connection, cipher: TenantCipher, rows: Sequence[Listed]) -> SharedPhones:
    sharing = [row.id for row in rows if row.shares and row.id is not None]
    shared = shared_points.shared_by(connection, cipher, sharing) if sharing else {}
    return {contact_id: found.phones for contact_id, found in shared.items()}


def _items(cipher: TenantCipher, rows: Sequence[Listed], shared: SharedPhones) -> list[dict[str, Any]]:
    made = contacts.Items(cipher)
    shown = []
    for row in rows:
        if not row.shown or row.id is None:
            continue
        points = zip(row.kinds or (), row.values_sealed or (), strict=True)
        item = made.of(row, points, opted_out=row.opted_out, contacted_at=row.last_contacted_at)
        item["shared_phones"] = [phone.model_dump() for phone in shared.get(row.id, ())] if shared else []
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
    criteria, look = _asked(cipher, query), store_listing.page
    if further is not None:
        criteria = criteria.and_also(further)
    cursor, limit = query.cursor, query.limit
    if query.import_id is not None and criteria == Criteria() and query.outcome != "shared":
        return search.find_in_import(connection, query.import_id, query.outcome, cursor, limit, look)
    if query.import_id is not None:
        criteria = criteria.and_also(search.imported(query.import_id, query.outcome))
        return search.find(connection, criteria, cursor, limit, look=look)
    return _found(connection, criteria, query, look)


def _asked(cipher: TenantCipher, query: ContactQuery) -> Criteria:
    """The words and the tags."""
    return search.typed(cipher, query.q).and_also(search.tagged(cipher, query.tag))


def _found(connection: Connection, criteria: Criteria, query: ContactQuery, look: Look) -> Found:
    if criteria == Criteria():
        return search.everybody(connection, query.cursor, query.limit, look)
    cap = None if query.q.strip() else search.COUNTED
    return search.find(connection, criteria, query.cursor, query.limit, cap, look)
