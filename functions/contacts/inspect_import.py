from uuid import UUID

from functions.contacts.ingest_chunks import ingest_chunks
from shared.contacts import imports
from shared.contacts.ingest import READERS
from shared.kernel.database import waits_for_database
from shared.kernel.errors import StorageUnavailable
from shared.runtime import actor


@actor(
    queue="ingest",
    retry_when=waits_for_database,
    throws=StorageUnavailable,
    time_limit=30 * 60 * 1000,
    on_retry_exhausted="fail_import",
)
def inspect_import(tenant_id: str, import_id: str) -> None:
    """Looks at an uploaded file, cuts it into chunks and starts reading them if the columns are clear.

    While the storage is not there, `recover_imports` starts it again and again for twenty minutes.
    """
    chunks = imports.inspect(UUID(tenant_id), UUID(import_id))
    for _ in chunks[1:READERS]:
        ingest_chunks.send(tenant_id, import_id)
    if chunks:  # at once, instead of a tenth of a second later
        ingest_chunks(tenant_id, import_id)
