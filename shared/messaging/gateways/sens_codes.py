"""SENS codes: what each one means for a message.

Sources: SENS's pages on message results. Texts carry the telephone carriers' common result codes
("0" delivered), Kakao messages Kakao's ("0000" delivered); "A000" is an accepted Kakao message, other
request codes ("B…") refuse it.
"""

import re

from shared.messaging.gateways.gateway import Outcome, Reason
from shared.messaging.gateways.kakao_codes import PENDING as KAKAO_PENDING
from shared.messaging.gateways.kakao_codes import REASONS as KAKAO_REASONS
from shared.messaging.gateways.unknown_codes import tell

ACCEPTED = "202"
KAKAO_ACCEPTED = "A000"
_DELIVERED_TEXT = "0"

_TEXT_CODES: dict[Reason, str] = {
    "expired": "2000",
    "unreachable": "2001 2002 2003 2004 2005 2007 3004 3005 3008",
    "invalid_number": "3001 3003 3007 3010",
    "content": "3002 3009 3016 3022",
    "blocked": "3006",
    "system": "3011 3015",
    "spam": "3012 3013",
    "sender": "3017 3018 3019 3023",
    "unknown": "2006 3000 3014",
}
TEXT_REASONS: dict[str, Reason] = {
    code: reason for reason, codes in _TEXT_CODES.items() for code in codes.split()
}
REQUEST_REASONS: dict[str, Reason] = {"B004": "balance"}
"""B004: the account's quota of Kakao messages is used up."""

RESERVATIONS: dict[str, tuple[Outcome, Reason | None]] = {
    "READY": ("pending", None),
    "PROCESSING": ("pending", None),
    "DONE": ("pending", None),  # handed on: from now on the message list knows the end
    "CANCELED": ("failed", "unknown"),
    "FAIL": ("failed", "system"),
    "STALE": ("failed", "expired"),
    "SKIP": ("failed", "system"),
}
REASONS: dict[str, Reason] = {
    **{f"text {code}": reason for code, reason in TEXT_REASONS.items()},
    **{f"kakao {code}": reason for code, reason in KAKAO_REASONS.items()},
    **REQUEST_REASONS,
}
"""Both delivery tables in one: the two use the same numbers for different things."""

_CODE = re.compile(r"[0-9A-Za-z]{1,10}")


def classify_text(status: str, name: str, code: str) -> tuple[Outcome, Reason | None]:
    """What a listed text's `status`, `statusName` and `statusCode` say.

    A code we do not know fails with reason "unknown" when SENS itself says that it failed, and raises
    the alarm; whatever is not COMPLETED may still come to an end.
    """
    if status != "COMPLETED":
        if status not in ("READY", "PROCESSING"):
            tell("sens", status)
        return "pending", None
    if name == "success" or (code == _DELIVERED_TEXT and name != "fail"):
        return "delivered", None
    return _failed(name, code, TEXT_REASONS)


def classify_kakao(name: str, code: str) -> tuple[Outcome, Reason | None]:
    """What a listed Kakao message's `messageStatusName` (if there is one) and `messageStatusCode` say."""
    if code == "0000" or name == "success":
        return "delivered", None
    if name == "processing" or not code or code in KAKAO_PENDING:
        return "pending", None
    return _failed(name, code, KAKAO_REASONS)


def classify_request(code: str) -> Reason:
    """Why a Kakao message was not accepted."""
    if code not in REQUEST_REASONS:
        tell("sens", code)
    return REQUEST_REASONS.get(code, "unknown")


def _failed(name: str, code: str, table: dict[str, Reason]) -> tuple[Outcome, Reason | None]:
    if code not in table:
        tell("sens", code)
        return ("failed", "unknown") if name == "fail" else ("pending", None)
    return "failed", table[code]


def plain_code(value: object, default: str) -> str:
    """A code as text, `default` when it is none."""
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    return text if _CODE.fullmatch(text) else default
