"""The fate of a message, told by the last four digits of the number it goes to."""

from dataclasses import dataclass

KAKAO_TYPES = frozenset({"ATA", "CTA", "CTI"})
KAKAO_PREFIX = "BMS_"


def is_kakao(kind: str) -> bool:
    """Whether a message type travels over Kakao rather than a telephone network."""
    return kind in KAKAO_TYPES or kind.startswith(KAKAO_PREFIX)


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a message: wait, take `code`, push `reports` (status codes) in that order.

    The wait is `latency` times the account's latency plus `timeout` times its time-out.
    """

    latency: float
    code: str
    reports: tuple[str, ...] = ()
    timeout: float = 0.0


ACCEPTED, AT_CARRIER, UNCONFIRMED, DELIVERED = "2000", "3000", "3005", "4000"
CANCELLED = "CANCELLED"
"""A reserved message that was cancelled before its time; no code of any wire."""
PENDING = frozenset({ACCEPTED, AT_CARRIER, UNCONFIRMED})
"""Neutral codes that are no end."""

_TO_CARRIER = Step(0.5, AT_CARRIER)


_FAILURES = ("3011", "3032", "3042", "3043", "3047", "3054", "3102", "3103", "3104", "3107", "3108")


def _ends(code: str, *, reports: int = 1) -> tuple[Step, ...]:
    return (_TO_CARRIER, Step(0.5, code, (code,) * reports))


PLANS: dict[str, tuple[Step, ...]] = {
    "delivered": _ends("4000"),
    "silent": (_TO_CARRIER,),
    "expired": (_TO_CARRIER, Step(0.0, "3040", ("3040",), timeout=1.0)),
    "tripled": _ends("4000", reports=3),
    "disordered": (_TO_CARRIER, Step(0.5, "4000", ("4000", "3000"))),
    "unconfirmed": (Step(0.5, "3000", ("3000",)), Step(4.0, "4000", ("4000",), timeout=0.2)),
    "unread": (Step(0.5, UNCONFIRMED, (UNCONFIRMED,)), Step(4.0, "4000", ("4000",), timeout=0.2)),
    **{code: _ends(code) for code in _FAILURES},
}

# (plan for texts, plan for Kakao types)
MAGIC: dict[str, tuple[str, str]] = {
    "9001": ("3043", "3043"),
    "9002": ("3032", "3032"),
    "9003": ("3054", "3054"),
    "9004": ("silent", "silent"),
    "9005": ("expired", "expired"),
    "9007": ("delivered", "3104"),
    "9008": ("delivered", "3107"),
    "9009": ("tripled", "tripled"),
    "9010": ("disordered", "disordered"),
    "9011": ("unconfirmed", "unread"),
    "9012": ("3042", "delivered"),
}
NO_FRIEND_SUFFIX = "9013"
"""Numbers ending so are no friends of any channel: brand messages fail, all else arrives."""
OPTED_OUT_SUFFIX = "9006"
"""Numbers ending so are refused with 1061 on reception: opted out at the carrier."""


def plan_for(number: str, kind: str) -> str:
    """The name of the plan a message to this number follows."""
    if number.endswith(NO_FRIEND_SUFFIX) and kind.startswith(KAKAO_PREFIX):
        return "3102"
    for_text, for_kakao = MAGIC.get(number[-4:], ("delivered", "delivered"))
    return for_kakao if is_kakao(kind) else for_text
