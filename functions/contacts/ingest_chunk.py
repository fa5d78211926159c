from uuid import UUID

from functions.contacts.dedup_import import dedup_import
from shared.contacts.ingest import ingest
from shared.runtime import actor


@actor(queue="ingest", max_retries=5, on_retry_exhausted="fail_import")
def ingest_chunk(tenant_id: str, import_id: str, number: int) -> None:
    """Reads one chunk of an import into staging; the last one starts the de-duplication."""
    if ingest(UUID(tenant_id), UUID(import_id), number):
        dedup_import.send(tenant_id, import_id)
