"""Uploaded files in storage: which are old, and deleting them."""

from datetime import datetime
from uuid import UUID

from shared.kernel.database import Connection
from shared.kernel.storage import storage
from shared.privacy import store_retention as store


def old(connection: Connection, tenant_id: UUID, before: datetime) -> list[UUID]:
    """Imports that have not moved since, mapped or not, and of which files are left.

    By the database's word and not by the age of the files, which a new data key renews. Where the database
    knows nothing of an upload (the API was killed between storing and writing it down), its age counts.
    """
    written: dict[UUID, datetime] = {}
    for stored in storage().list(f"imports/{tenant_id}"):
        import_id = UUID(stored.key.split("/")[2])
        written[import_id] = min(stored.written_at, written.get(import_id, stored.written_at))
    known = store.known_imports(connection, sorted(written))
    strangers = {import_id for import_id in written.keys() - known if written[import_id] < before}
    return sorted(strangers | (written.keys() & set(store.old_uploads(connection, before))))


def delete(connection: Connection, tenant_id: UUID, before: datetime) -> int:
    """Deletes those files; returns of how many imports."""
    found = old(connection, tenant_id, before)
    store.expire_waiting(connection, before)
    for import_id in found:
        storage().delete_prefix(f"imports/{tenant_id}/{import_id}")
    return len(found)
