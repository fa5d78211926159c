from uuid import UUID

from shared.contacts.dedup import dedup
from shared.runtime import actor


@actor(queue="ingest", max_retries=5, time_limit=60 * 60 * 1000, on_retry_exhausted="fail_import")
def dedup_import(tenant_id: str, import_id: str) -> None:
    """Merges an import's rows into the contacts, in one transaction."""
    dedup(UUID(tenant_id), UUID(import_id))
