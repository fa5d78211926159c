"""SOLAPI status codes: what each one means for a message.

Source: SOLAPI's "message status codes" page. 1xxx is refused on reception, 2000 accepted, other
2xxx the platform's own failure, 3000 with the telephone carrier, other 3xxx failed there or at
Kakao, 4000 delivered (texts and Kakao messages alike).
"""

import re

from shared.messaging.gateways.gateway import Outcome, Reason
from shared.messaging.gateways.unknown_codes import tell

ACCEPTED = "2000"
AT_CARRIER = "3000"
DELIVERED = "4000"

# 3005 is not in the table: the telephone carrier has not confirmed, and may still deliver.
_PENDING = frozenset({ACCEPTED, AT_CARRIER, "3005"})

_CODES: dict[Reason, str] = {
    "content": "1010 1011 2011 3011 1013 1014 1025 1027 1028 1029 1031 1032 1033 1034 1051 3060",
    "configuration": "1020 2063",
    "system": "1021 1022 1023 1024 2024 3024 1058 3058 3012 3052 3053",
    "duplicate": "1026",
    "balance": "1030 2230",
    "kakao_template": ("1041 1042 1043 1044 1045 1046 1047 1048 1049 1050 1052 1053 3101 3103 3105 3106"),
    "blocked": "1060 2060 3047",
    "opt_out": "1061 2061",
    "sender": "1062 2062 1064 2064 3013 3059",
    "spam": "2254 3054 3055",
    "invalid_number": "3010 3032 3050",
    "expired": "3040",
    "unreachable": "3041 3042 3043 3044 3045 3046 3051 3056 3057",
    "kakao_not_friend": "3102",
    "kakao_not_user": "3104",
    "kakao_blocked": "3107",
    "kakao_time": "3108",
    "unknown": "3014 3031 3048",
}
REASONS: dict[str, Reason] = {code: reason for reason, codes in _CODES.items() for code in codes.split()}
_FAILURE_RANGE = re.compile(r"[123]\d{3}")


def classify(code: str) -> tuple[Outcome, Reason | None]:
    """What a status code says about a message: its outcome, and why when it failed.

    A code we do not know fails with reason "unknown" inside the ranges SOLAPI documents as
    failures; outside them nothing is decided, so the message stays pending for a look-up. Both
    raise the alarm.
    """
    if code in _PENDING:
        return "pending", None
    if code == DELIVERED:
        return "delivered", None
    reason = REASONS.get(code)
    if reason is not None:
        return "failed", reason
    return _classify_unknown(code)


def _classify_unknown(code: str) -> tuple[Outcome, Reason | None]:
    tell("solapi", code)
    if _FAILURE_RANGE.fullmatch(code):
        return "failed", "unknown"
    return "pending", None
