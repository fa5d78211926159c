"""Who refused at the carrier (its free 080 number) becomes an opt-out of the camp.

The carrier's own list protects only what is sent over that carrier; the law protects the person
(공직선거법 제82조의5, 정보통신망법 제50조 제2항).
"""

from collections.abc import Iterable

from shared.contacts.phones import parse_phones
from shared.kernel.database import Connection
from shared.kernel.logging import get_logger
from shared.messaging import opt_outs
from shared.messaging.gateways import CarrierOptOut
from shared.security.cipher import TenantCipher

log = get_logger(__name__)


def take(connection: Connection, cipher: TenantCipher, refused: Iterable[CarrierOptOut]) -> int:
    """Opt out the numbers that refused at the carrier; how many were new. What is no number is skipped."""
    numbers = [parse_phones(each.number).phones for each in refused]
    phones = {found[0].e164 for found in numbers if len(found) == 1}
    unreadable = sum(len(found) != 1 for found in numbers)
    if unreadable:
        log.warning("carrier_opt_outs_unreadable", count=unreadable)
    return opt_outs.take_from_carrier(connection, cipher, phones)
