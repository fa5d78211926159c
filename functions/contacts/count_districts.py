from uuid import UUID

from shared.contacts import districts
from shared.runtime import actor


@actor(queue="background", max_retries=2, time_limit=300_000)
def count_districts(tenant_id: str) -> None:
    """Counts a camp's contacts per district anew."""
    districts.count(UUID(tenant_id))
