from datetime import UTC, datetime

from functions.contacts.finish_import import finish_import
from functions.contacts.ingest_chunks import ingest_chunks
from functions.contacts.inspect_import import inspect_import
from functions.contacts.undo_import import undo_import
from shared.contacts import imports
from shared.contacts.ingest import READERS
from shared.runtime import schedule


@schedule("*/5 * * * * *")
def recover_imports() -> None:
    """Gives out again the work that a crash took from an import.

    Window: 20 to 25 seconds after the import's last step. Work that was only slow runs twice, which changes
    nothing.
    """
    for tenant, import_, status, chunks in imports.stalled(datetime.now(UTC)):
        tenant_id, import_id = str(tenant), str(import_)
        if status in ("queued", "inspecting"):
            inspect_import.send(tenant_id, import_id)
        elif status == "deduplicating":
            finish_import.send(tenant_id, import_id)
        elif status == "undoing":
            undo_import.send(tenant_id, import_id)
        for _ in chunks[:READERS]:
            ingest_chunks.send(tenant_id, import_id)
