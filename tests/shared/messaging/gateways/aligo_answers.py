"""An Aligo that answers what a test says, and what is sent to it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import httpx

from shared.messaging.gateways import AligoGateway, OutgoingMessage
from tests.shared.messaging.gateways import recorded
from tests.shared.messaging.gateways.scripted import scripted

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ONE = OutgoingMessage("r1", "01012345678", "0212345678", "sms", "안녕")
TWO = [ONE, replace(ONE, reference="r2", to="01087654321", text="잘 가")]
SAME = [ONE, replace(ONE, reference="r2", to="01087654321")]
ALIMTALK = OutgoingMessage("k1", "01012345678", "", "alimtalk", "홍길동님", channel_id="SK", template_id="T1")
TOKEN = {"code": 0, "message": "", "token": "TOK"}


def accepted(count: int, failed: int = 0, form: type = int) -> dict[str, Any]:
    counts = {"success_cnt": form(count - failed), "error_cnt": form(failed)}
    return {"result_code": form(1), "message": "success", "msg_id": form(777), "msg_type": "SMS", **counts}


def gateway(answer: Callable[[httpx.Request], httpx.Response], sender: str = "0212345678") -> AligoGateway:
    send = scripted(answer)
    return AligoGateway("http://sms.test", "http://kakao.test", "KEY", "camp", kakao_sender=sender, send=send)


def answering(status: int, **answer: Any) -> AligoGateway:
    return gateway(lambda request: httpx.Response(status, **answer))


class Recorded(recorded.Recorded):
    """As Aligo does it: a token when one is asked for, and JSON under the name of HTML."""

    def answer_to(self, request: httpx.Request) -> Any:
        return (
            httpx.Response(200, json=TOKEN) if "/token/" in request.url.path else super().answer_to(request)
        )

    def response(self, answer: Any) -> httpx.Response:
        text = json.dumps(answer, ensure_ascii=False)
        return httpx.Response(200, text=text, headers={"Content-Type": "text/html; charset=UTF-8"})

    def fields(self, index: int = -1) -> dict[str, str]:
        return dict(parse_qsl(self.requests[index].content.decode()))
