"""Every documented code of every carrier has its reason, and an undocumented one raises the alarm."""

import logging
from typing import get_args

import pytest
from prometheus_client import REGISTRY

from shared.messaging.gateways import CARRIERS, Reason, nhn_codes, solapi_codes


def _codes(text: str) -> list[str]:
    return text.split()


# NHN Cloud, "SMS > result codes": accepting, then delivering.
NHN_SMS = _codes(
    """
    4 -1000 -1001 -1002 -1003 -1004 -1005 -1006 -1007 -1008 -2000 -2001 -2002 -2003 -2004 -2005
    -2006 -2008 -2009 -2010 -2011 -2012 -2014 -2015 -2016 -2017 -2018 -2019 -2021 -2022 -2023 -2024
    -2043 -2044 -2045 -2046 -2047 -2048 -2050 -2051 -2052 -2053 -2100 -2101 -2102 -2103 -2104 -2105
    -2106 -2107 -2108 -2109 -2110 -2111 -2112 -2114 -2115 -2116 -2117 -2200 -2201 -2202 -2203 -2204
    -2205 -2206 -2312 -2313 -2700 -2701 -2703 -2704 -4000 -6000 -6001 -6003 -6004 -7000 -7001 -7002
    -8000 -9995 -9996 -9997 -9998 -9999 1001 1002 1003 1019 2000 2001 2002 2003 2004 2005 2006 2007
    3000 3001 3002 3003 3004 3005 3006 3007 3008 3009 3010 3011 3012 3013 3014 3015 3016 3017 3018
    3019 E900 E911 E913 E915 E919 E999 4001 4010
    """
)
# NHN Cloud, "KakaoTalk Bizmessage > error codes".
NHN_KAKAO = _codes(
    """
    4 -1000 -1001 -1002 -1003 -1005 -1006 -1010 -1013 -1014 -1016 -1018 -1019 -1020 -1022 -1023
    -1024 -1025 -1026 -1027 -1028 -1029 -1030 -1031 -2000 -2001 -2002 -2003 -2004 -2005 -2017 -2018
    -2019 -2023 -2024 -2025 -2026 -2027 -2028 -2029 -2030 -2031 -2032 -2033 -2034 -2035 -2036 -2037
    -2500 -2501 -2502 -2504 -2505 -3000 -3001 -3002 -3003 -3004 -3005 -3006 -3007 -3008 -3009 -3010
    -3011 -3012 -3013 -3016 -3017 -3018 -3020 -3021 -3024 -3025 -3026 -3027 -3028 -3030 -3032 -3033
    -3034 -3035 -3036 -3037 -3038 -3039 -3040 -3041 -3042 -3043 -3044 -3045 -3046 -3047 -3048 -3049
    -3050 -3051 -3052 -3053 -3100 -3101 -3102 -3103 -3200 -3213 -3215 -3226 -3298 -3299 -3300 -3301
    -3303 -3328 -3330 -3338 -3340 -3341 -3342 -3343 -3344 -3345 -4000 -4003 -4004 -4005 -4007 -4009
    -4010 -4011 -4014 -4016 -4017 -4018 -4019 -4020 -4021 -4022 -4023 -4024 -4025 -4026 -4027 -4028
    -4029 -4101 -4103 -4104 -4200 -5000 -7000 -8000 -8001 -8002 -8003 -8004 -8005 -8006 -8007 -8008
    -8009 -8010 -8011 -8012 -8013 -9992 -9993 -9994 -9996 -9997 -9998 -9999 1001 1002 1003 1004 1006
    1007 1011 1012 1013 1014 1015 1016 1020 1021 1022 1023 1024 1025 1027 1028 1030 1033 2001 2003
    2005 3000 3006 3008 3010 3011 3012 3013 3014 3015 3016 3018 3019 3020 3021 3022 3023 3024 3025
    3026 3027 3028 3029 3030 3031 3032 3033 3034 3035 3036 3037 3038 3039 3040 3041 3042 3043 3044
    3045 3046 3047 3048 3050 3051 3052 3053 3054 3055 3056 3057 3058 4100 4101 4102 4103 4104 4110
    4120 4121 4130 4131 4132 4133 4134 4137 4138 4139 4140 4141 4142 4143 4144 4156 9998 9999
    """
)
# SOLAPI, "message status codes".
SOLAPI = _codes(
    """
    1010 1011 2011 3011 1013 1014 1020 1021 1022 1023 1024 2024 3024 1025 1026 1027 1028 1029 1030
    2230 1031 1032 1033 1034 1051 1041 1042 1043 1044 1045 1046 1047 1048 1049 1050 1052 1053 1058
    3058 1060 2060 1061 2061 1062 2062 1064 2064 2063 2254 3010 3012 3013 3014 3048 3031 3032 3040
    3041 3042 3043 3044 3045 3046 3051 3047 3050 3052 3053 3054 3055 3056 3057 3059 3060 3101 3102
    3103 3104 3105 3106 3107 3108
    """
)


@pytest.mark.parametrize("code", NHN_SMS)
def test_every_code_of_nhns_texts_has_a_reason(code: str) -> None:
    assert nhn_codes.REASONS["sms"][code] in get_args(Reason)


@pytest.mark.parametrize("code", NHN_KAKAO)
def test_every_code_of_nhns_kakao_has_a_reason(code: str) -> None:
    assert nhn_codes.REASONS["kakao"][code] in get_args(Reason)


@pytest.mark.parametrize("code", SOLAPI)
def test_every_code_of_solapi_has_a_reason(code: str) -> None:
    assert solapi_codes.REASONS[code] in get_args(Reason)


@pytest.mark.parametrize("name", sorted(CARRIERS))
def test_no_code_is_an_end_and_a_wait_at_once(name: str) -> None:
    reasons = CARRIERS[name].reasons
    assert reasons
    assert set(reasons.values()) <= set(get_args(Reason))


@pytest.mark.parametrize("product", ["sms", "kakao"])
def test_nhns_pending_codes_are_no_failures(product: nhn_codes.Product) -> None:
    assert not nhn_codes.PENDING[product] & set(nhn_codes.REASONS[product])
    assert nhn_codes.DELIVERED not in nhn_codes.REASONS[product]


@pytest.mark.parametrize("code", ["3005", "4000", "4001", "4122", "4161"])
def test_what_kakao_has_not_confirmed_starts_no_second_message(code: str) -> None:
    assert nhn_codes.delivery("kakao", code) == ("pending", None)


def test_3005_means_another_thing_for_a_text() -> None:
    assert nhn_codes.delivery("sms", "3005") == ("failed", "unreachable")
    assert solapi_codes.classify("3005") == ("pending", None)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("2003", "unreachable"),
        ("3001", "invalid_number"),
        ("3003", "invalid_number"),
        ("3006", "blocked"),
        ("3012", "spam"),
        ("3018", "sender"),
        ("1019", "expired"),
        ("E915", "duplicate"),
        ("E919", "kakao_time"),
    ],
)
def test_reasons_of_texts_that_decide_about_falling_back(code: str, reason: str) -> None:
    assert nhn_codes.delivery("sms", code) == ("failed", reason)


def _counted(carrier: str, code: str) -> float:
    labels = {"carrier": carrier, "code": code}
    return REGISTRY.get_sample_value("hanpyo_carrier_unknown_codes_total", labels) or 0.0


def test_an_unknown_code_raises_the_alarm(caplog: pytest.LogCaptureFixture) -> None:
    before = _counted("nhn", "7777")
    with caplog.at_level(logging.WARNING):
        assert nhn_codes.delivery("sms", "7777") == ("pending", None)
        assert nhn_codes.refusal("kakao", "7777") == "unknown"
    assert _counted("nhn", "7777") == before + 2
    assert "7777" in caplog.text


def test_a_code_that_is_none_is_no_label() -> None:
    before = _counted("nhn", "unreadable")
    nhn_codes.refusal("sms", "010-1234-5678 x")
    assert _counted("nhn", "unreadable") == before + 1
