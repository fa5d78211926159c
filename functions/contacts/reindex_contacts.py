from uuid import UUID

from shared.contacts import reindexing
from shared.runtime import actor

_COME_BACK_MS = 1000


@actor(queue="background", max_retries=3, time_limit=300_000)
def reindex_contacts(tenant_id: str, until: float | None = None) -> None:
    """Makes a piece of a camp's search tokens anew, and hands over the rest."""
    pause = reindexing.reindex_piece(UUID(tenant_id), until)
    if pause is not None:
        delay = _COME_BACK_MS if pause.until else None
        reindex_contacts.send_with_options(args=(tenant_id, *pause), delay=delay)
