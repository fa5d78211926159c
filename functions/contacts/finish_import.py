from uuid import UUID

from functions.contacts.review_import import review_import
from shared.contacts.finishing import finish
from shared.kernel.database import waits_for_database
from shared.runtime import actor


@actor(
    queue="ingest", retry_when=waits_for_database, time_limit=10 * 60 * 1000, on_retry_exhausted="fail_import"
)
def finish_import(tenant_id: str, import_id: str) -> None:
    """Ends an import after its last chunk: statistics, the file goes, similar people are looked for."""
    if finish(UUID(tenant_id), UUID(import_id)):
        review_import.send(tenant_id, import_id)
