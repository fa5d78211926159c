from uuid import UUID

from shared.contacts import scanning
from shared.runtime import actor

_COME_BACK_MS = 1000


@actor(queue="background", max_retries=5, time_limit=10 * 60 * 1000)
def walk_duplicates(
    tenant_id: str, scan_id: str, done: int | None = None, until: float | None = None
) -> None:
    """Goes on with a search for similar people for some seconds, then lets others work and comes again.

    Unless it has gone on since it had compared `done` people: then another one is in the queue for it.
    """
    pause = scanning.walk(UUID(tenant_id), UUID(scan_id), done, until)
    if pause is not None:
        delay = _COME_BACK_MS if pause.until else None
        walk_duplicates.send_with_options(args=(tenant_id, scan_id, *pause), delay=delay)
