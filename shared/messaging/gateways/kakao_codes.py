"""Kakao's own delivery codes, as carriers that pass them on report them.

Source: the code table of KakaoTalk Bizmessage (Alimtalk, Brand message), as NHN Cloud publishes it.
"""

from shared.messaging.gateways.gateway import Reason

_CODES: dict[Reason, str] = {
    "configuration": (
        "1001 1002 1003 1004 1006 1007 1011 1013 1014 1016 1021 1022 1023 1024 1025 1027 1028 3048 3050"
        " 4103 4104"
    ),
    "system": ("2001 2005 3000 3006 3010 3012 4100 4101 4130 4137 4139 4140 4141 4142 9998 9999"),
    "invalid_number": "1012 1015 1020 3008 4121",
    "content": "1030 1033 3011 3013 3014 3023 3024 3025 4110 4120 4144",
    "kakao_template": (
        "3015 3016 3026 3027 3028 3029 3030 3031 3032 3033 3034 3035 3036 3037 3038 3039 3040 3041 3042"
        " 3043 3044 3045 3046 3047 3051 3052 3053 3054 3055 3056 3057 3058 4102 4132 4133 4134"
    ),
    "kakao_not_friend": "2003",
    "unreachable": "3018 3021",
    "kakao_not_user": "3019",
    "kakao_blocked": "3020",
    "kakao_time": "3022",
    "duplicate": "4131",
    "balance": "4138 4156",
    "expired": "4143",
}
REASONS: dict[str, Reason] = {code: reason for reason, codes in _CODES.items() for code in codes.split()}
UNCONFIRMED = "3005"
"""Sent, and the receipt is not confirmed: it may still arrive, for up to three days."""
PENDING = frozenset({UNCONFIRMED, "4000", "4001", "4122", "4161"})
"""No end yet: Kakao's answer was not found, or it is being worked on.

Taken for an end, they would start a second message.
"""
