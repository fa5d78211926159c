"""Aligo's answers: errors too come with HTTP 200, as JSON under the name of HTML."""

import json
from typing import Any

import falcon

from infra.simulator.errors import CarrierError

WORDS = {
    -101: "인증오류입니다.",
    -102: "파라미터가 올바르지 않습니다.",
    -103: "등록/인증되지 않은 발신번호입니다.",
    -105: "예약시간이 올바르지 않습니다.",
    -201: "잔액이 부족합니다.",
    -804: "발송 5분 전까지만 취소가 가능합니다.",
    -805: "예약된 문자가 없습니다.",
    -99: "토큰이 유효하지 않습니다.",
    501: "API 인증 오류입니다.",
    505: "파라미터가 올바르지 않습니다.",
    508: "등록되지 않은 발신번호입니다.",
    509: "발신프로필이 올바르지 않습니다.",
    510: "승인된 템플릿이 아닙니다.",
}


class Refusal(CarrierError):
    """A refused call of the SMS API (`result_code`) or of the Kakao API (`code`)."""

    def __init__(self, code: int, name: str = "result_code") -> None:
        super().__init__(str(code))
        self.code = code
        self.name = name

    def write(self, resp: falcon.Response) -> None:
        """See `CarrierError.write`."""
        put(resp, {self.name: self.code, "message": WORDS.get(self.code, "오류")})


def put(resp: falcon.Response, answer: dict[str, Any]) -> None:
    """An answer as Aligo gives it."""
    resp.content_type = "text/html; charset=UTF-8"
    resp.data = json.dumps(answer, ensure_ascii=False).encode()
