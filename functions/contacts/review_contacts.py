from collections.abc import Sequence
from uuid import UUID

from shared.contacts import scanning
from shared.runtime import actor


@actor(queue="background", max_retries=3)
def review_contacts(tenant_id: str, contact_ids: list[str]) -> None:
    """Compares contacts that were just made, changed or merged with everybody.

    Lost with its queue, nothing is lost for good: the next search through everybody finds the same.
    """
    scanning.review_touched(UUID(tenant_id), [UUID(contact_id) for contact_id in contact_ids])


def review_in_batches(tenant_id: UUID | str, contact_ids: Sequence[UUID]) -> None:
    """Lets many be compared, as many at once as a walk compares."""
    for start in range(0, len(contact_ids), scanning.BATCH):
        batch = contact_ids[start : start + scanning.BATCH]
        review_contacts.send(str(tenant_id), [str(contact_id) for contact_id in batch])
