"""What became of each row of a file."""

from uuid import UUID

from shared.contacts import shared_points, store_imports, store_timeline
from shared.contacts.changes import Change, changes_of
from shared.contacts.import_models import FieldChange, ImportRow, ImportRowsQuery
from shared.contacts.phones import national
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher


def import_rows(
    connection: Connection, cipher: TenantCipher, import_id: UUID, query: ImportRowsQuery
) -> Page[ImportRow]:
    """Rows of an import in the order of the file, with what they changed. Raises NotFound."""
    if store_imports.get_import(connection, import_id) is None:
        raise NotFound
    rows = store_timeline.results(connection, import_id, query.outcome, query.cursor, query.limit + 1)
    page = rows[: query.limit]
    contact_ids = list({row["contact_id"] for row in page})
    merges = store_timeline.merges_of_import(connection, import_id, contact_ids)
    causes = [import_id, *(merge["id"] for merge in merges)]
    changes = changes_of(connection, cipher, contact_ids, causes)
    repairs = _repairs(connection, cipher, import_id, page)
    shared = shared_points.shared_by(connection, cipher, contact_ids)
    joined: dict[UUID, list[Change]] = {}
    for merge in merges:
        name = cipher.open_optional("name", merge["name_sealed"])
        joined.setdefault(merge["kept_id"], []).append({"field": "merged", "before": None, "after": name})
    items = [
        ImportRow(
            row_number=row["row_number"],
            contact_id=row["contact_id"],
            name=cipher.open_optional("name", row["name_sealed"]),
            phone=national(cipher.open("phone", row["phone_sealed"])) if row["phone_sealed"] else None,
            outcome=row["outcome"],
            repaired=row["repaired"],
            details=_details(row, joined, changes, causes),
            repairs=repairs.get(row["row_number"], []),
            shared_phones=shared[row["contact_id"]].phones,
            shared_emails=shared[row["contact_id"]].emails,
        )
        for row in page
    ]
    more = len(rows) > query.limit
    return Page(items, str(page[-1]["row_number"]) if more else None)


def _repairs(
    connection: Connection, cipher: TenantCipher, import_id: UUID, page: list[store_timeline.Row]
) -> dict[int, list[FieldChange]]:
    """What was repaired, by row number: as it was written, and how it was read (`tags` without: left out)."""
    numbers = [row["row_number"] for row in page if row["repaired"]]
    found = store_timeline.repairs(connection, import_id, numbers) if numbers else []
    return {
        row["row_number"]: [
            FieldChange(field=kind, before=written, after=national(read) if kind == "phone" else read)
            for kind, written, read in cipher.open_json("repair", row["repairs_sealed"])
        ]
        for row in found
    }


def _details(
    row: store_timeline.Row,
    joined: dict[UUID, list[Change]],
    changes: dict[tuple[UUID, UUID], list[Change]],
    causes: list[UUID],
) -> list[FieldChange]:
    """What a row changed; nothing for a new contact, which is all new."""
    if row["outcome"] in ("created", "unchanged"):
        return []
    contact_id = row["contact_id"]
    found = [*joined.get(contact_id, ())]
    for cause in causes:
        found += changes.get((contact_id, cause), ())
    return [FieldChange.model_validate(change) for change in found]
