from uuid import UUID

from functions.contacts.walk_duplicates import walk_duplicates
from shared.contacts import scanning
from shared.kernel.database import tenant_transaction
from shared.runtime import actor


@actor(queue="background", max_retries=5)
def review_import(tenant_id: str, import_id: str) -> None:
    """Starts the search for people similar to those of an import that is done."""
    with tenant_transaction(UUID(tenant_id)) as connection:
        scan_id = scanning.start_for_import(connection, UUID(import_id))
    walk_duplicates.send(tenant_id, str(scan_id))
