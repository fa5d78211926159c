"""The end of an import, after its last chunk."""

from uuid import UUID

from shared.contacts import scanning, store_common_tokens, store_imports
from shared.contacts.import_files import ImportFiles
from shared.kernel.clock import utc_now
from shared.kernel.database import tenant_transaction
from shared.kernel.storage import storage
from shared.security.cipher import tenant_cipher

# So that nobody's first search or launch meets a planner that takes the camp for empty: launching to 10,000
# people right after their import took 105 s, with the statistics 0.1 s.
_WORTH_STATISTICS_ROWS = 1_000


def finish(tenant_id: UUID, import_id: UUID) -> bool:
    """Completes an import all of whose chunks are done; its file goes. False when there was nothing to do."""
    with tenant_transaction(tenant_id) as connection:
        row = store_imports.lock_import(connection, import_id)
        if row is None or row["status"] != "deduplicating":
            return False
        cipher = tenant_cipher(connection, tenant_id)
        told = row["total_rows"] < _WORTH_STATISTICS_ROWS or store_imports.refresh_contact_statistics(
            connection, waits=False
        )
        store_imports.move(connection, import_id, "completed")
        scanning.start_for_import(connection, import_id)
    ImportFiles(storage(), cipher, import_id).delete()
    with tenant_transaction(tenant_id) as connection:
        store_imports.clean_search_index(connection)
    with tenant_transaction(tenant_id) as connection:
        if tenant_id in store_common_tokens.tenants(connection, now := utc_now()):
            store_common_tokens.count(connection, now)
    if not told:
        with tenant_transaction(tenant_id) as connection:
            store_imports.refresh_contact_statistics(connection, waits=True)
    if row["updated"] + row["merged"] >= _WORTH_STATISTICS_ROWS:
        with tenant_transaction(tenant_id) as connection:
            store_imports.refresh_change_statistics(connection)
    return True
