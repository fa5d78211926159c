"""An account at NHN Cloud in the simulator, called by hand."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.infra.simulator.running import CHANNEL, HTTP, SECRET, SENDER, Receiver, Simulator

TEMPLATES = [
    {"template_id": "ok", "channel": CHANNEL, "content": "#{이름}님 안녕하세요", "name": "하나"},
    {"template_id": "new", "channel": CHANNEL, "content": "아직", "name": "둘", "status": "INSPECTING"},
]


class Nhn:
    """An account at NHN, called by hand."""

    def __init__(self, simulator: Simulator, hook: str) -> None:
        self.simulator = simulator
        self.key, self.kakao_key = "app" + secrets.token_hex(8), "kakao" + secrets.token_hex(8)
        self.settings(webhook_url=hook)

    def settings(self, credentials: dict[str, str] | None = None, **more: Any) -> None:
        own = {"kakao_key": self.kakao_key, "kakao_secret": "kakao-secret", "unsubscribe_no": "0801234567"}
        self.simulator.put(
            self.key,
            carrier="nhn",
            api_secret="sms-secret",
            credentials={**own, "brand_night": "open", **(credentials or {})},
            senders=[SENDER],
            channels=[CHANNEL],
            templates=TEMPLATES,
            webhook_secret=SECRET,
            latency_ms=20,
            **more,
        ).raise_for_status()

    def call(self, method: str, path: str, secret: str, **request: Any) -> dict[str, Any]:
        answer = HTTP.request(method, self.simulator.url + path, headers={"X-Secret-Key": secret}, **request)
        assert answer.status_code == 200, "NHN answers 200 and says in the header what went wrong"
        found: dict[str, Any] = answer.json()
        return found

    def sms(self, path: str, body: Any = None, *, method: str = "POST", **request: Any) -> dict[str, Any]:
        whole = f"/sms/v3.0/appKeys/{self.key}{path}"
        given = {} if body is None else {"json": body}
        return self.call(method, whole, "sms-secret", **given, **request)

    def kakao(self, path: str, body: Any = None, *, method: str = "POST", **request: Any) -> dict[str, Any]:
        given = {} if body is None else {"json": body}
        return self.call(method, path.replace("KEY", self.kakao_key), "kakao-secret", **given, **request)


@pytest.fixture
def nhn(simulator: Simulator, receiver: Receiver) -> Nhn:
    return Nhn(simulator, receiver.url)


def code_of(answer: dict[str, Any]) -> int:
    assert answer["header"]["isSuccessful"] is (answer["header"]["resultCode"] == 0)
    return int(answer["header"]["resultCode"])


def text(**fields: Any) -> dict[str, Any]:
    given = {"body": "안녕", "sendNo": SENDER, "recipientList": [{"recipientNo": "01011112222"}]}
    return {name: value for name, value in {**given, **fields}.items() if value is not None}


def in_minutes(minutes: int) -> str:
    return (datetime.now(ZoneInfo("Asia/Seoul")) + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M")


MANY = [{"recipientNo": "01011112222"}] * 1001
ALIMTALK = "/alimtalk/v2.3/appkeys/KEY/messages"


def alimtalk(**fields: Any) -> dict[str, Any]:
    recipient = {"recipientNo": "01011112222", "templateParameter": {"이름": "하늘"}}
    return {"senderKey": CHANNEL, "templateCode": "ok", "recipientList": [recipient], **fields}
