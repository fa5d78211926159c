"""Kakao's own delivery codes, as carriers that pass them on report them.

Source: the code table of KakaoTalk Bizmessage (Alimtalk, Brand message).
"""

from shared.messaging.gateways.gateway import Reason

_CODES: dict[Reason, str] = {
    "configuration": "1006 1007 1021 1022 1023 1024 1025 1027 1028 1030 3050",
    "system": "2001 3000 3006 3010 3012 4161 9998 9999",
    "invalid_number": "3008",
    "content": "3013 3014 3024 3025 4144",
    "kakao_template": (
        "3015 3016 3027 3028 3029 3030 3031 3032 3033 3034 3035 3036 3037 3038 3039 3040 3041 3042 3043 3044"
        " 3045 3046 4133 4134"
    ),
    "unreachable": "3018 3021",
    "kakao_not_user": "3019",
    "kakao_blocked": "3020",
    "kakao_time": "3022",
    "duplicate": "4131",
    "balance": "4138 4156",
    "expired": "4143",
    "unknown": "4000 4001",
}
REASONS: dict[str, Reason] = {code: reason for reason, codes in _CODES.items() for code in codes.split()}
UNCONFIRMED = "3005"
"""Sent, and the receipt is not confirmed: it may still arrive, for up to three days."""
