from uuid import UUID

from functions.contacts.ingest_chunks import ingest_chunks
from shared.contacts import imports
from shared.contacts.ingest import READERS
from shared.runtime import actor


@actor(queue="ingest", max_retries=5, time_limit=30 * 60 * 1000, on_retry_exhausted="fail_import")
def inspect_import(tenant_id: str, import_id: str) -> None:
    """Looks at an uploaded file, cuts it into chunks and starts reading them if the columns are clear."""
    chunks = imports.inspect(UUID(tenant_id), UUID(import_id))
    for _ in chunks[:READERS]:
        ingest_chunks.send(tenant_id, import_id)
