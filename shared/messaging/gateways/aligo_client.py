"""Calls to Aligo's two APIs: forms out, JSON back, errors told with HTTP 200, lists page by page."""

import time
from collections.abc import Callable, Iterator, Mapping
from threading import Lock

from shared.messaging.gateways import aligo_codes as codes
from shared.messaging.gateways import aligo_wire as wire
from shared.messaging.gateways import multipart
from shared.messaging.gateways.calling import (
    CALL_SECONDS,
    Caller,
    check_clock,
    json_or_none,
    question_error,
    send_error,
)
from shared.messaging.gateways.exchanging import Exchange
from shared.messaging.gateways.gateway import CarrierRefused, LookUpFailed

TEXTS, KAKAO = "text", "kakao"
_CODE_NAMES = {TEXTS: "result_code", KAKAO: "code"}
_ACCEPTED = {TEXTS: codes.ACCEPTED_TEXT, KAKAO: codes.ACCEPTED_KAKAO}
_PAGE = 500
_MOST_PAGES = 1000
_TOKEN_MINUTES = 30
# Given up well before Aligo does, so that none runs out on its way.
_TOKEN_KEPT_SECONDS = 25 * 60.0


class AligoClient:
    """One account at both APIs. The Kakao API's token is made when first needed and before it runs out.

    A token is bound to the server that asked for it, so each process has its own.
    """

    def __init__(
        self,
        base_url: str,
        kakao_url: str,
        api_key: str,
        user_id: str,
        *,
        call_seconds: float = CALL_SECONDS,
        send: Exchange | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._callers = {
            TEXTS: Caller(base_url, call_seconds=call_seconds, send=send),
            KAKAO: Caller(kakao_url, call_seconds=call_seconds, send=send),
        }
        self._identity = {
            TEXTS: {"key": api_key, "user_id": user_id},
            KAKAO: {"apikey": api_key, "userid": user_id},
        }
        self._seconds = seconds
        self._lock = Lock()
        self._token = ""
        self._token_ends = 0.0

    def submit(
        self, api: str, path: str, fields: Mapping[str, str], jpeg: bytes | None = None
    ) -> wire.JsonObject:
        """The answer to a sending request. Raises CarrierRefused, OutcomeUnknown."""
        try:
            form = {**self._signed(api), **fields}
        except LookUpFailed as error:  # no token, so nothing was sent
            raise CarrierRefused(
                error.code, retryable=error.retryable, retry_after=error.retry_after
            ) from None
        content_type, body = (
            multipart.encode(form, "image1", "image1.jpg", jpeg) if jpeg else wire.encode_form(form)
        )
        response = self._callers[api].submit(path, headers={"Content-Type": content_type}, body=body)
        if not response.is_success:
            raise send_error(response, None)
        answer = wire.as_object(json_or_none(response))
        self._doubt_token(api, wire.code_of(answer, _CODE_NAMES[api]))
        return answer

    def ask(self, api: str, path: str, fields: Mapping[str, str]) -> wire.JsonObject:
        """The answer to a question. Raises LookUpFailed."""
        answer, code = self._answer(api, path, fields, timed=True)
        if code != _ACCEPTED[api]:
            raise LookUpFailed(str(code), retryable=code is None or str(code) in codes.BUSY)
        return answer

    def change(self, api: str, path: str, fields: Mapping[str, str]) -> wire.JsonObject:
        """The answer to a call that changes something there. Raises LookUpFailed, CarrierRefused."""
        answer, code = self._answer(api, path, fields)
        if code is None:
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
        if code != _ACCEPTED[api]:
            raise CarrierRefused(str(code), retryable=str(code) in codes.BUSY)
        return answer

    def rows(
        self, api: str, path: str, fields: Mapping[str, str], *, of_one: bool = False
    ) -> Iterator[wire.JsonObject]:
        """The rows of a list, page by page; a page that cannot be read is an error, not the end.

        `of_one`: the list of one request's messages, which need not say whether another page follows.
        """
        size = "page_size" if api == TEXTS else "limit"
        most = _PAGE if of_one else None
        for number in range(1, _MOST_PAGES):
            answer = self.ask(api, path, {**fields, "page": str(number), size: str(_PAGE)})
            page = wire.decode_page(answer, most)
            if page is None:
                raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
            yield from page[0]
            if not page[1]:
                return
        raise LookUpFailed("ENDLESS_LIST", retryable=True)

    def _answer(
        self, api: str, path: str, fields: Mapping[str, str], *, timed: bool = False
    ) -> tuple[wire.JsonObject, int | None]:
        answer = self._post(api, path, {**self._signed(api), **fields}, timed=timed)
        code = wire.code_of(answer, _CODE_NAMES[api])
        self._doubt_token(api, code)
        return answer, code

    def _post(
        self, api: str, path: str, fields: Mapping[str, str], *, timed: bool = False
    ) -> wire.JsonObject:
        """`timed` when the answer is worth nothing by a clock that is far from ours."""
        content_type, body = wire.encode_form(fields)
        headers = {"Content-Type": content_type}
        response = self._callers[api].ask(path, headers=headers, method="POST", body=body)
        if timed:
            check_clock(response)
        if not response.is_success:
            raise question_error(response, None)
        return wire.as_object(json_or_none(response))

    def _signed(self, api: str) -> dict[str, str]:
        """Who asks, and for the Kakao API the token. Raises LookUpFailed."""
        if api == TEXTS:
            return self._identity[TEXTS]
        with self._lock:
            if not self._token or self._seconds() >= self._token_ends:
                self._token = self._make_token()
                self._token_ends = self._seconds() + _TOKEN_KEPT_SECONDS
            return {**self._identity[KAKAO], "token": self._token}

    def _doubt_token(self, api: str, code: int | None) -> None:
        """A refusal may be about the token, which Aligo may have dropped: the next call makes another."""
        if api == KAKAO and code != codes.ACCEPTED_KAKAO:
            with self._lock:
                self._token = ""

    def _make_token(self) -> str:
        answer = self._post(KAKAO, f"/akv10/token/create/{_TOKEN_MINUTES}/i/", self._identity[KAKAO])
        token, code = answer.get("token"), wire.code_of(answer, "code")
        if code != codes.ACCEPTED_KAKAO or not isinstance(token, str) or not token:
            raise LookUpFailed(str(code), retryable=code is None)
        return token
