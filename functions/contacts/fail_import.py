from typing import Any
from uuid import UUID

from shared.contacts import imports
from shared.contacts.csv_reader import UnreadableFile
from shared.runtime import actor


@actor(queue="ingest")
def fail_import(message: dict[str, Any], retries: dict[str, Any]) -> None:
    """Ends an import whose actor has failed as often as it may; nothing of the file stays."""
    tenant_id, import_id = message["args"][:2]
    imports.fail(UUID(tenant_id), UUID(import_id), UnreadableFile("internal"))
