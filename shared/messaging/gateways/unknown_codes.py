"""Codes of carriers that no table of ours knows: counted and logged, so that somebody learns of them."""

import logging
import re

from shared.kernel.metrics import CARRIER_UNKNOWN_CODES

log = logging.getLogger(__name__)

# A label must not be whatever a peer sends.
_PLAIN = re.compile(r"[0-9A-Za-z_-]{1,10}")


def tell(carrier: str, code: str) -> None:
    """Raise the alarm about a code; the message it came with keeps it too."""
    shown = code if _PLAIN.fullmatch(code) else "unreadable"
    CARRIER_UNKNOWN_CODES.labels(carrier, shown).inc()
    log.warning("%s: code %s is not in our table", carrier, shown)
