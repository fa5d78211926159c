"""The values with which the law is asked of a text, whoever may see them."""

from collections.abc import Mapping
from typing import Any

from shared.contacts.sensitive_fields import nothing_hidden
from shared.kernel.database import Connection
from shared.kernel.errors import NotFound, ValidationFailed
from shared.messaging import people
from shared.messaging.preview import values_of_example
from shared.security.cipher import TenantCipher


def values_for_judging(
    connection: Connection, cipher: TenantCipher, campaign: Mapping[str, Any]
) -> dict[str, str]:
    """Of one of a campaign's people; of nobody when its audience cannot be asked any more: its segment
    or a field that it asks about was deleted since. What goes on then must still be judged.
    """
    wanted = campaign["launched_audience"] or campaign["audience"]
    try:
        return values_of_example(connection, cipher, wanted, None, nothing_hidden)[1]
    except (NotFound, ValidationFailed):
        return people.values_for(None, None, None, {})
