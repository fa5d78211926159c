from uuid import UUID

from functions.contacts.finish_import import finish_import
from shared.contacts.ingest import NotYetItsTurn, ingest
from shared.runtime import actor

_COME_BACK_MS = 1_000


@actor(queue="ingest", max_retries=5, time_limit=10 * 60 * 1000, on_retry_exhausted="fail_import")
def ingest_chunk(tenant_id: str, import_id: str, number: int) -> None:
    """Joins one chunk of an import with the contacts; gives out the next ones, or ends the import."""
    try:
        following = ingest(UUID(tenant_id), UUID(import_id), number)
    except NotYetItsTurn:
        ingest_chunk.send_with_options(args=(tenant_id, import_id, number), delay=_COME_BACK_MS)
        return
    if following is None:
        finish_import.send(tenant_id, import_id)
        return
    for later in following:
        ingest_chunk.send(tenant_id, import_id, later)
