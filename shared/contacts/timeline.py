"""What happened to a contact."""

from datetime import datetime
from uuid import UUID

from shared.contacts import store, store_imports
from shared.contacts.models import TimelineItem
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound
from shared.kernel.pages import Page
from shared.security.cipher import TenantCipher


def timeline(
    connection: Connection, cipher: TenantCipher, contact_id: UUID, before: datetime | None, limit: int
) -> Page[TimelineItem]:
    """What happened to a contact, newest first. Raises NotFound."""
    if store.get_contact(connection, contact_id) is None:
        raise NotFound
    rows = store.timeline(connection, contact_id, before, limit + 1)
    page = rows[:limit]
    cursor = page[-1]["at"].isoformat() if len(rows) > limit else None
    sealed = store_imports.sealed_file_names(
        connection, {row["import_id"] for row in page if row["kind"] == "import"}
    )
    names = {import_id: cipher.open("file_name", name) for import_id, name in sealed.items()}
    return Page([_timeline_item(cipher, row, names.get(row["import_id"])) for row in page], cursor)


def _timeline_item(cipher: TenantCipher, row: store.Row, title: str | None) -> TimelineItem:
    detail = dict(row["detail"])
    if row["import_id"]:
        detail["import_id"] = row["import_id"]
    if row["member_id"]:
        detail["member_id"] = row["member_id"]
    if row["detail_sealed"]:
        detail |= cipher.open_json("event", row["detail_sealed"])
    return TimelineItem(id=row["id"], kind=row["kind"], at=row["at"], title=title, detail=detail)
