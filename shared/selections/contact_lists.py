"""The contact list with everything that it can be narrowed down by: its filters and a saved view's."""

from uuid import UUID

from shared import segments
from shared.contacts import listing, search
from shared.contacts.models import ContactItem, ContactQuery
from shared.contacts.search import Criteria
from shared.contacts.sensitive_fields import IsHidden
from shared.kernel.database import Connection
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher
from shared.selections import views
from shared.selections.models import ListQuery


def list_page(
    connection: Connection, cipher: TenantCipher, member_id: UUID, query: ContactQuery, is_hidden: IsHidden
) -> Page[ContactItem]:
    """One page of the contacts that meet all filters of the query and of the view that it names.

    Raises NotFound for an unknown segment or view (another member's, too), ValidationFailed for a cursor that
    is none of ours and a filter that makes no sense, Forbidden for one that asks about a hidden field.
    """
    further = _of_segments(connection, cipher, query.segment_id, query.filter, is_hidden)
    if query.view_id is not None:
        view = views.get(connection, cipher, member_id, query.view_id, is_hidden).query
        of_view = _of_segments(connection, cipher, view.segment_id, view.filter, is_hidden)
        further = further.and_also(of_view)
        query, more = _joined(cipher, query, view)
        further = further.and_also(more)
    return listing.list_page(connection, cipher, query, further)


def _of_segments(
    connection: Connection,
    cipher: TenantCipher,
    segment_id: UUID | None,
    node: dict[str, object] | None,
    is_hidden: IsHidden,
) -> Criteria:
    both = Criteria() if node is None else segments.criteria_of(node, cipher, is_hidden)
    if segment_id is None:
        return both
    return both.and_also(segments.criteria(connection, cipher, segment_id, is_hidden))


def _joined(cipher: TenantCipher, query: ContactQuery, view: ListQuery) -> tuple[ContactQuery, Criteria]:
    """The view's filters where the query has none, so that the list is ordered by them; else as further
    ones."""
    further = search.tagged(cipher, view.tag)
    taken: dict[str, object] = {}
    if query.q.strip():
        further = further.and_also(search.typed(cipher, view.q))
    else:
        taken["q"] = view.q
    if query.import_id is None:
        taken |= {"import_id": view.import_id, "outcome": view.outcome}
    elif view.import_id is not None:
        further = further.and_also(search.imported(view.import_id, view.outcome))
    return query.model_copy(update=taken), further
