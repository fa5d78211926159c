from datetime import timedelta
from uuid import UUID

from shared.kernel.clock import utc_now
from shared.privacy import rekeying
from shared.runtime import actor

_TURN = timedelta(seconds=5)  # imports share the queue


@actor(queue="background")
def reseal(tenant_id: str, rekeying_id: str) -> None:
    """Seals a tenant's values with its newest data key for some seconds, and lines up again for the rest."""
    if rekeying.advance(UUID(tenant_id), UUID(rekeying_id), utc_now() + _TURN):
        reseal.send(tenant_id, rekeying_id)
