"""Camps whose account is at a carrier without our reference: SENS or Aligo, as the simulator speaks them."""

import secrets
from typing import Any

from tests.shared.messaging.desk import SENDER, Desk

SERVICE = "ncp:sms:kr:123456789012:hanpyo"
KAKAO_SERVICE = "ncp:kkobizmsg:kr:123456789012:hanpyo"
CARRIERS = ("sens", "aligo")


def at_carrier(desk: Desk, carrier: str) -> Desk:
    """The desk with an account at a carrier, which the simulator knows too."""
    key = "KEY" + secrets.token_hex(8).upper()
    known: dict[str, Any] = {"carrier": carrier, "senders": [SENDER]}
    if carrier == "sens":
        given = {"api_secret": secrets.token_hex(20), "sms_service": SERVICE, "kakao_service": KAKAO_SERVICE}
        known |= {"api_secret": given["api_secret"]}
    else:
        given = {"user_id": "camp", "kakao_sender": SENDER.replace("-", "")}
    known["credentials"] = {name: value for name, value in given.items() if name != "api_secret"}
    desk.simulator.put(key, **known).raise_for_status()
    draft = {"carrier": carrier, "credentials": {"api_key": key, **given}, "messages_per_second": 1000}
    desk.ok("POST", "/carrier-accounts", draft, 201)
    assert desk.api_key == key
    return desk
