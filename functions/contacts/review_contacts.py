from uuid import UUID

from shared.contacts import scanning
from shared.runtime import actor


@actor(queue="background", max_retries=3)
def review_contacts(tenant_id: str, contact_ids: list[str]) -> None:
    """Compares contacts that were just made, changed or merged with everybody.

    Lost with its queue, nothing is lost for good: the next search through everybody finds the same.
    """
    scanning.review_touched(UUID(tenant_id), [UUID(contact_id) for contact_id in contact_ids])
