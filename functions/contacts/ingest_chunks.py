from uuid import UUID

from functions.contacts.review_import import review_import
from shared.contacts.finishing import finish
from shared.contacts.ingest import ingest_some
from shared.runtime import actor

_COME_BACK_MS = 1_000


@actor(queue="ingest", max_retries=5, time_limit=10 * 60 * 1000, on_retry_exhausted="fail_import")
def ingest_chunks(tenant_id: str, import_id: str) -> None:
    """Joins chunks of an import with the contacts for some seconds, then lets others have their turn."""
    outcome = ingest_some(UUID(tenant_id), UUID(import_id))
    if outcome == "ended":
        if finish(UUID(tenant_id), UUID(import_id)):
            review_import.send(tenant_id, import_id)
    elif outcome == "more":
        ingest_chunks.send(tenant_id, import_id)
    elif outcome == "waiting":
        ingest_chunks.send_with_options(args=(tenant_id, import_id), delay=_COME_BACK_MS)
