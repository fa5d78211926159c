"""SQL: what happened to contacts beside an import. All of it inside the tenant's transaction.

Nine tables' worth of traces may say so. Most camps have none in most of them when they take a list back, so
the camp is asked first, once, and a contact only where the camp has an answer.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from shared.kernel.database import Connection


class _Trace(NamedTuple):
    """Rows `e` of a table that tell of something else than the import and its merges that part.

    `any`: NULL where the camp has no such row, by one probe; it may find more than `when` does. Sorted, so
    that no statistics have another camp's rows walked.
    """

    table: str
    contact: str
    when: str
    any: str


_CHANGES = "SELECT true FROM contact_changes WHERE tenant_id = current_tenant() ORDER BY contact_id LIMIT 1"
_MERGES = """SELECT true FROM contact_merges
              WHERE tenant_id = current_tenant() AND undone_at IS NULL ORDER BY merged_id LIMIT 1"""
# Lists that were at work after this one was uploaded; earlier ones cannot name whom it made.
_LISTS = """SELECT true FROM imports i
             WHERE i.tenant_id = current_tenant() AND i.id <> %(import_id)s
               AND i.status NOT IN ('undoing', 'undone')
               AND coalesce(i.finished_at, 'infinity') >= (
                 SELECT created_at FROM imports WHERE tenant_id = current_tenant() AND id = %(import_id)s)
             ORDER BY i.id LIMIT 1"""
_MOVES = "SELECT true FROM point_changes WHERE tenant_id = current_tenant() ORDER BY kind, hash LIMIT 1"
_NOTES = "SELECT true FROM contact_notes WHERE tenant_id = current_tenant() ORDER BY contact_id LIMIT 1"
_CONSENTS = """SELECT true FROM consents
                WHERE tenant_id = current_tenant() AND contact_id IS NOT NULL ORDER BY contact_id LIMIT 1"""
_EVENTS = "SELECT true FROM contact_events WHERE tenant_id = current_tenant() ORDER BY contact_id LIMIT 1"

_OTHER = "e.cause_id <> %(import_id)s AND e.cause_id <> ALL(%(parting)s)"
_STAYS = "e.undone_at IS NULL AND e.id <> ALL(%(parting)s)"
_NAMED = """e.import_id <> %(import_id)s AND EXISTS (
  SELECT FROM imports i WHERE i.tenant_id = current_tenant() AND i.id = e.import_id
                          AND i.status NOT IN ('undoing', 'undone'))"""
# Each has an index that leads with the contact.
_TRACES = (
    _Trace("contact_changes", "contact_id", _OTHER, _CHANGES),
    _Trace("contact_merges", "kept_id", _STAYS, _MERGES),
    _Trace("contact_merges", "merged_id", _STAYS, _MERGES),
    _Trace("import_results", "contact_id", _NAMED, _LISTS),
    _Trace("point_changes", "to_contact", f"e.cause <> 'shared' AND {_OTHER}", _MOVES),
    _Trace("point_changes", "from_contact", _OTHER, _MOVES),
    _Trace("contact_notes", "contact_id", "true", _NOTES),
    _Trace("consents", "contact_id", "e.import_id IS DISTINCT FROM %(import_id)s", _CONSENTS),
    _Trace("contact_events", "contact_id", "e.kind IN ('inbound', 'note')", _EVENTS),
)


def condition(c: Connection, import_id: UUID) -> str:
    """SQL that is true of a contact `u.id` to which something else happened, of those that the import made.

    Needs %(import_id)s and %(parting)s, the import's merges that an undo takes back first. It asks only
    tables in which the camp has rows now: contacts that may still change must be locked before.
    """
    camp = ", ".join(f"({trace.any}) AS t{i}" for i, trace in enumerate(_TRACES))
    row = c.execute(f"SELECT {camp}", {"import_id": import_id}).fetchone() or {}
    asked = [_of_contact(trace) for i, trace in enumerate(_TRACES) if row[f"t{i}"]]
    return " OR ".join(asked) or "false"


def _of_contact(trace: _Trace) -> str:
    return f"""EXISTS (SELECT FROM {trace.table} e
                        WHERE e.tenant_id = current_tenant() AND e.{trace.contact} = u.id AND {trace.when})"""


def touched(c: Connection, import_id: UUID, contact_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the contacts, which the import made, to which something else happened: an edit, a note,
    another list, a reply."""
    later = condition(c, import_id) if contact_ids else "false"
    if later == "false":
        return set()
    rows = c.execute(
        f"SELECT u.id FROM unnest(%(ids)b::uuid[]) AS u (id) WHERE {later}",
        {"ids": list(contact_ids), "import_id": import_id, "parting": []},
    ).fetchall()
    return {row["id"] for row in rows}


# Where personal data of a contact lies beside its row, its points and its search index, and what the camp
# has of it. Recipients keep the names that a camp's campaigns wrote.
_KEPT_IN = {
    "contact_aliases": "contact_id",
    "contact_shared_points": "kind, hash",
    "deleted_contacts": "contact_id",
    "consents": "contact_id",
    "recipients": "contact_id",
}


def tables_in_use(c: Connection) -> set[str]:
    """Those of these tables in which the camp has any row: a probe each."""
    probes = ", ".join(
        f"(SELECT true FROM {table} WHERE tenant_id = current_tenant() ORDER BY {order} LIMIT 1) AS {table}"
        for table, order in _KEPT_IN.items()
    )
    row = c.execute(f"SELECT {probes}").fetchone() or {}
    return {table for table in _KEPT_IN if row[table]}
