from uuid import UUID

from shared.kernel.database import tenant_transaction
from shared.privacy import erasure
from shared.runtime import actor
from shared.security.cipher import tenant_cipher


@actor(queue="background")
def forget_rejects(tenant_id: str) -> None:
    """Deletes the rejected rows of imports in which an erased person's number or address stands."""
    with tenant_transaction(UUID(tenant_id)) as connection:
        cipher = tenant_cipher(connection, UUID(tenant_id))
    erasure.forget_rejects(cipher)
