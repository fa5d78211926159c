"""One account at the simulator for each carrier, for the tests that hold for all of them.

A carrier is one function that opens an account and one line in `LINES`.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.messaging.gateways import CARRIERS, Button, Gateway, MessageKind, OutgoingMessage
from tests.infra.simulator.running import (
    API_SECRET,
    CHANNEL,
    HTTP,
    SECRET,
    SENDER,
    TEMPLATE,
    Receiver,
    Simulator,
    wait_until,
)

TEMPLATE_CODE = TEMPLATE[:20]  # NHN's codes have at most 20 characters
JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)
_BUTTONS = (Button("자세히", "WL", link_mobile="https://x.example/#{코드}"),)
BODY = "#{이름}님, 행사는 #{날짜}입니다."


@dataclass
class ContractLine:
    """A carrier's gateway, its account at the simulator, and the webhook of that account."""

    carrier: str
    gateway: Gateway
    api_key: str
    simulator: Simulator
    receiver: Receiver
    credentials: dict[str, str]

    def faults(self, **faults: Any) -> None:
        self.simulator.faults(self.api_key, **faults)

    def console(self, path: str, **body: Any) -> None:
        url = f"{self.simulator.url}/simulator/console/{path}"
        HTTP.post(url, json={"api_key": self.api_key, **body}).raise_for_status()

    def with_credentials(self, **changed: str) -> Gateway:
        return _open(self.carrier, self.simulator, {**self.credentials, **changed})

    def wait_for_calls(self, enough: Callable[[], bool]) -> None:
        wait_until(enough, 15)


def _open(carrier: str, simulator: Simulator, credentials: Mapping[str, str]) -> Gateway:
    known = CARRIERS[carrier]
    return known.make([simulator.url] * len(known.settings), credentials, 10.0)


def _account(
    simulator: Simulator, receiver: Receiver, carrier: str, ours: dict[str, str], **settings: Any
) -> ContractLine:
    api_key = ours["api_key"]
    template = {
        "template_id": TEMPLATE_CODE,
        "channel": CHANNEL,
        "content": BODY,
        "name": "행사 안내",
        "buttons": [{"name": "자세히", "type": "WL", "link_mobile": "https://x.example/#{코드}"}],
    }
    usual = {
        "carrier": carrier,
        "api_secret": ours.get("api_secret", ""),
        "webhook_url": receiver.url,
        "webhook_secret": SECRET,
        "inbound_url": receiver.url,
        "senders": [SENDER],
        "channels": [CHANNEL],
        "templates": [template],
        "latency_ms": 50,
        "timeout_ms": 300,
        "webhook_backoff_ms": 20,
    }
    simulator.put(api_key, **{**usual, **settings}).raise_for_status()
    gateway = _open(carrier, simulator, ours)
    return ContractLine(carrier, gateway, api_key, simulator, receiver, ours)


def _fresh(prefix: str) -> str:
    return prefix + secrets.token_hex(8).upper()


def solapi(simulator: Simulator, receiver: Receiver) -> ContractLine:
    credentials = {"api_key": _fresh("NCS"), "api_secret": API_SECRET, "webhook_secret": SECRET}
    return _account(simulator, receiver, "solapi", credentials)


def nhn(simulator: Simulator, receiver: Receiver) -> ContractLine:
    credentials = {
        "api_key": _fresh("app"),
        "api_secret": "sms-secret-key",
        "kakao_key": _fresh("kakao"),
        "kakao_secret": "kakao-secret-key",
        "webhook_secret": SECRET,
    }
    own = {name: credentials[name] for name in ("kakao_key", "kakao_secret")}
    settings = {**own, "unsubscribe_no": "0801234567", "brand_night": "open"}
    return _account(simulator, receiver, "nhn", credentials, credentials=settings)


def sens(simulator: Simulator, receiver: Receiver) -> ContractLine:
    services = {"sms_service": "ncp:sms:kr:1:hanpyo", "kakao_service": "ncp:kkobizmsg:kr:1:hanpyo"}
    keys = {"api_key": _fresh("KEY"), "api_secret": "sens-secret-key", "webhook_secret": SECRET}
    return _account(simulator, receiver, "sens", {**keys, **services}, credentials=services)


def aligo(simulator: Simulator, receiver: Receiver) -> ContractLine:
    own = {"user_id": "camp", "kakao_sender": SENDER}
    credentials = {"api_key": _fresh("KEY"), "webhook_secret": SECRET, **own}
    return _account(simulator, receiver, "aligo", credentials, credentials=own)


LINES: dict[str, Callable[[Simulator, Receiver], ContractLine]] = {
    "solapi": solapi,
    "nhn": nhn,
    "sens": sens,
    "aligo": aligo,
}
ANSWERS_FOR_REQUESTS = frozenset({"sens", "aligo"})
"""They refuse whole requests and do not say our reference: see test_sens, test_aligo and test_tracing."""


def text_to(to: str, text: str = "안녕하세요", kind: MessageKind = "sms", **fields: Any) -> OutgoingMessage:
    return OutgoingMessage(secrets.token_hex(16), to, SENDER, kind, text, **fields)


def alimtalk_to(to: str, name: str = "홍길동", template_id: str = TEMPLATE_CODE) -> OutgoingMessage:
    return OutgoingMessage(
        secrets.token_hex(16),
        to,
        "",
        "alimtalk",
        f"{name}님, 행사는 내일입니다.",
        channel_id=CHANNEL,
        template_id=template_id,
        variables={"이름": name, "날짜": "내일", "코드": "a1"},
        buttons=_BUTTONS if template_id == TEMPLATE_CODE else (),
    )


def brand_to(to: str, text: str = "(광고) 소식을 전합니다") -> OutgoingMessage:
    return OutgoingMessage(secrets.token_hex(16), to, "", "brand", text, channel_id=CHANNEL)
