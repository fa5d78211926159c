from uuid import UUID

from shared.contacts import reindexing
from shared.runtime import actor


@actor(queue="background", max_retries=3, time_limit=300_000)
def reindex_contacts(tenant_id: str) -> None:
    """Makes a piece of a camp's search tokens anew, and hands over the rest."""
    if reindexing.reindex_piece(UUID(tenant_id)):
        reindex_contacts.send(tenant_id)
