"""The planner's statistics after a large import."""

from uuid import UUID

from shared.contacts import store_imports
from shared.kernel.database import tenant_transaction

# Fewer rows do not change a plan; the statistics cost about 0.3 s whatever the import's size.
WORTH_REFRESHING_ROWS = 1_000


def refresh_statistics(tenant_id: UUID, import_id: UUID) -> None:
    """Makes searches right after a large import as fast as they stay: autovacuum would take a minute."""
    with tenant_transaction(tenant_id) as connection:
        row = store_imports.get_import(connection, import_id)
        if row is not None and row["total_rows"] >= WORTH_REFRESHING_ROWS:
            store_imports.refresh_contact_statistics(connection)
