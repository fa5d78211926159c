from uuid import UUID

from psycopg.errors import DiskFull

from functions.contacts.review_import import review_import
from shared.contacts import imports
from shared.contacts.finishing import finish
from shared.contacts.ingest import ingest_some
from shared.kernel.database import waits_for_database
from shared.kernel.errors import StorageUnavailable
from shared.runtime import actor

_COME_BACK_MS = 1_000


@actor(
    queue="ingest",
    retry_when=waits_for_database,
    throws=StorageUnavailable,
    time_limit=10 * 60 * 1000,
    on_retry_exhausted="fail_import",
)
def ingest_chunks(tenant_id: str, import_id: str) -> None:
    """Joins chunks of an import with the contacts for some seconds, then lets others have their turn.

    While the storage is not there, `recover_imports` starts it again and again for twenty minutes.
    """
    try:
        outcome = ingest_some(UUID(tenant_id), UUID(import_id))
    except (DiskFull, FileNotFoundError) as error:
        imports.fail(UUID(tenant_id), UUID(import_id), imports.lost(error))
        return
    if outcome == "ended":
        if finish(UUID(tenant_id), UUID(import_id)):
            review_import.send(tenant_id, import_id)
    elif outcome == "more":
        ingest_chunks.send(tenant_id, import_id)
    elif outcome == "waiting":
        ingest_chunks.send_with_options(args=(tenant_id, import_id), delay=_COME_BACK_MS)
