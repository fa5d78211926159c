"""Who a campaign goes to."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared import segments
from shared.kernel.database import Connection
from shared.messaging import store_audience as store
from shared.messaging.models import Audience
from shared.security.cipher import TenantCipher


def condition_of(
    connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]
) -> store.Condition:
    """A stored audience as a condition on contacts.

    Raises NotFound for a segment that is gone, ValidationFailed for a filter that makes no sense.
    """
    wanted = Audience.model_validate(audience)
    if wanted.segment_id is not None:
        return segments.condition_of(connection, cipher, wanted.segment_id)
    if wanted.filter is not None:
        return segments.compile_filter(wanted.filter, cipher)
    if wanted.contact_ids is not None:
        return store.of_contacts(wanted.contact_ids)
    return store.everybody()


def resolved(connection: Connection, audience: Mapping[str, Any]) -> dict[str, Any]:
    """The audience as it is now: a segment may be changed or deleted before the recipients are frozen.

    Raises NotFound for a segment that is gone.
    """
    wanted = Audience.model_validate(audience)
    if wanted.segment_id is None:
        return dict(audience)
    return {"filter": segments.get(connection, wanted.segment_id).filter}


def count(connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]) -> int:
    """How many people would receive the campaign now."""
    return store.count_reachable(connection, condition_of(connection, cipher, audience))


def example(connection: Connection, cipher: TenantCipher, audience: Mapping[str, Any]) -> UUID | None:
    """One contact of the audience."""
    return store.first_reachable(connection, condition_of(connection, cipher, audience))
