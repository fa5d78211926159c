from functools import partial
from uuid import UUID

from functions.contacts.review_contacts import review_in_batches
from shared.contacts import import_undo
from shared.runtime import actor


@actor(queue="ingest", max_retries=5, time_limit=60 * 60 * 1000)
def undo_import(tenant_id: str, import_id: str) -> None:
    """Undoes an import piece by piece; what a crash interrupts is given out again by `recover_imports`."""
    import_undo.run(UUID(tenant_id), UUID(import_id), partial(review_in_batches, tenant_id))
