"""NHN Cloud's result codes: what each one means for a message.

Source: NHN Cloud's pages "SMS > result codes" and "KakaoTalk Bizmessage > error codes". Either product has
two namespaces that do not touch: negative codes (and 4) answer a request, four characters tell of delivery.
The same number means other things in the other product, so there is a table for each.
"""

from typing import Literal

from shared.messaging.gateways.gateway import Outcome, Reason
from shared.messaging.gateways.unknown_codes import tell

Product = Literal["sms", "kakao"]

SUCCESS = frozenset({"0", "200"})
"""A request, or one recipient of it, was accepted (Brand message says 200)."""
DELIVERED = "1000"


def _span(first: int, last: int) -> str:
    """Codes from -first to -last."""
    return " ".join(str(-number) for number in range(first, last + 1))


_SMS: dict[Reason, str] = {
    "configuration": (
        "-1000 -1001 -1002 -1003 -1004 -1005 -1006 -1007 -1008 -2006 -2008 -2010 -2011 -2012 -2016 -2043"
        f" {_span(2044, 2048)} -2050 -2051 -2053 {_span(2100, 2117)} {_span(2200, 2206)} -2700 -2701 -2703"
        " -2704 -4000 -6000 -6004 -7001 -7002 -9995 -9996 -9997 -9998"
    ),
    "content": (
        "4 -2000 -2002 -2003 -2004 -2005 -2014 -2015 -2022 -2023 -2024 -6003 -8000 3002 3009 3016 E911 E913"
    ),
    "invalid_number": "-2001 -2018 -2019 1002 3001 3003 3007 3010",
    "balance": "-2052",
    "sender": "-2312 -2313 1003 3017 3018 3019",
    "opt_out": "-6001",
    "system": "-2009 -2017 -2021 -7000 -9999 1001 3011 3015",
    "expired": "1019 2000",
    "unreachable": "2001 2002 2003 2004 2005 2007 3004 3005 3008",
    "blocked": "3006",
    "spam": "3012 3013",
    "duplicate": "E915",
    "kakao_time": "E919",
    "unknown": (
        "2006 3000 3014 E900 E999 4001 4002 4003 4004 4005 4006 4007 4008 4009 4010"  # 40xx: abroad
    ),
}
_KAKAO: dict[Reason, str] = {
    "configuration": (
        "-1000 -1001 -1002 -1003 -1006 -1010 -1013 -1014 -1016 -1018 -1019 -1020 -1022 -1023 -1024 -1025"
        " -1026 -1027 -1029 -1030 -2017 -2028 -2029 -2500 -2501 -2502 -3001 -3012 -3013 -3034 -3100 -3298"
        " -3300 -3340 -3341 -3342 -3343 -3345 -4000 -4003 -4004 -4005 -4007 -4009 -4010 -4011 -4014 -4016"
        " -4017 -4018 -4020 -4021 -4022 -4023 -4024 -4025 -4026 -4027 -4028 -4029 -4101 -4103 -4104 -4200"
        " -8000 -8003 -8004 -8005 -8007 -8009 -8011 -8012 -8013 -9992 -9993 -9994 -9996 -9997 -9998"
        " 1001 1002 1003 1004 1006 1007 1011 1013 1014 1016 1021 1022 1023 1024 1025 1027 1028 3048 3050"
        " 4103 4104"
    ),
    "content": (
        f"4 {_span(2000, 2005)} -2023 -2024 -2025 -2026 -2027 -2030 -2031 {_span(3200, 3213)}"
        f" {_span(3215, 3226)} -3299 {_span(3303, 3328)} {_span(3330, 3338)} -3344 -8001 -8002 -8006 -8008"
        " 1030 1033 3011 3013 3014 3023 3024 4110 4120 4144"
    ),
    "kakao_template": (
        "-1028 -2018 -2019 -2032 -2033 -2034 -2035 -2036 -2037 -2504 -2505 -3000 -3002"
        f" {_span(3003, 3011)} -3016 -3017 -3018 -3020 -3021 -3024 -3025 -3026 -3027 -3028 -3030 -3032 -3033"
        f" {_span(3035, 3053)} -3101 -3102 -3103"
        " 3015 3016 3025 3026 3027 3028 3029 3030 3031 3032 3033 3034 3035 3036 3037 3038 3039 3040 3041"
        " 3042 3043 3044 3045 3046 3047 3051 3052 3053 3054 3055 3056 3057 3058 4102 4132 4133 4134"
    ),
    "invalid_number": "-4019 -5000 1012 1015 1020 3008 4121",
    "opt_out": "-3301",
    "duplicate": "-1005 4131",
    "system": (
        "-1031 -7000 -8010 -9999 2001 2005 3000 3006 3010 3012 4100 4101 4130 4137 4139 4140 4141 4142"
        " 9998 9999"
    ),
    "balance": "4138 4156",
    "expired": "4143",
    "kakao_not_user": "3019 3021",
    "kakao_not_friend": "2003",
    "kakao_blocked": "3018 3020",
    "kakao_time": "3022",
}


def _table(reasons: dict[Reason, str]) -> dict[str, Reason]:
    return {code: reason for reason, codes in reasons.items() for code in codes.split()}


REASONS: dict[Product, dict[str, Reason]] = {"sms": _table(_SMS), "kakao": _table(_KAKAO)}
PENDING: dict[Product, frozenset[str]] = {
    "sms": frozenset(),
    # 3005: sent, receipt not confirmed, may arrive within three days. 4161: being worked on. The others say
    # that Kakao's answer was not found yet; taken for an end, they would start a second message.
    "kakao": frozenset({"3005", "4000", "4001", "4122", "4161"}),
}
ALL: dict[str, Reason] = {
    f"{product}:{code}": reason for product, table in REASONS.items() for code, reason in table.items()
}
"""Both tables in one, for the registry."""


def refusal(product: Product, code: str) -> Reason:
    """Why a request or a recipient was refused; a code we do not know raises the alarm."""
    reason = REASONS[product].get(code)
    if reason is None:
        tell("nhn", code)
    return reason or "unknown"


def delivery(product: Product, code: str | None, failed: bool = False) -> tuple[Outcome, Reason | None]:
    """What a delivery code says. No code yet, or one we do not know, decides nothing by itself.

    `failed`: NHN's own status beside the code says that the message has failed.
    """
    if code in PENDING[product] or (code is None and not failed):
        return "pending", None
    if code == DELIVERED:
        return "delivered", None
    reason = REASONS[product].get(code or "")
    if reason is not None:
        return "failed", reason
    tell("nhn", code or "")
    return ("failed", "unknown") if failed else ("pending", None)
