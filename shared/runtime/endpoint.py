"""One HTTP function at work: authentication, limits, validation, the call, the envelope."""

import os
import string
import time
from contextlib import nullcontext
from functools import lru_cache, partial
from ipaddress import ip_address
from typing import Any

import falcon
import psycopg
import redis
import structlog
from pydantic import BaseModel

from shared.kernel.errors import HanpyoError, InternalError, Unavailable
from shared.kernel.i18n import pick_language
from shared.kernel.ids import new_id
from shared.kernel.logging import get_logger
from shared.kernel.metrics import HTTP_SECONDS
from shared.runtime.authentication import read_claims
from shared.runtime.envelope import failure, success
from shared.runtime.exchange import Request, Stream
from shared.runtime.idempotency import IdempotentCall, canonical_body
from shared.runtime.triggers import HttpFunction
from shared.runtime.turns import Turns, places
from shared.runtime.validation import query_parameters, read_bytes, read_json, validate
from shared.security.rate_limits import check_rate

_log = get_logger(__name__)
_SLOW_SECONDS = 0.1
# Of all functions that are answered in turn together: they are searches, and wait for the same cores.
_turns = Turns(places(int(os.environ.get("HANPYO_API_WORKERS") or 2)), patience=0.1)


class Endpoint:
    """Answers the calls of one function."""

    def __init__(self, function: HttpFunction) -> None:
        self._function = function

    def __call__(self, raw: falcon.Request, response: falcon.Response, **path: Any) -> None:
        started = time.perf_counter()
        request = _new_request(raw)
        structlog.contextvars.bind_contextvars(request_id=request.id, function=self._function.name)
        try:
            self._answer(request, response, path)
        except HanpyoError as error:
            answer_error(response, error, request.id, request.language)
        except (psycopg.OperationalError, redis.RedisError):
            _log.exception("service_unavailable")
            answer_error(response, Unavailable(), request.id, request.language)
        except Exception:
            _log.exception("request_failed")
            answer_error(response, InternalError(), request.id, request.language)
        finally:
            self._finish(response, time.perf_counter() - started)

    def _answer(self, request: Request, response: falcon.Response, path: dict[str, Any]) -> None:
        self._admit(request)
        with _turns.taken(_written(request)) if self._function.in_turn else nullcontext():
            try:
                self._call(request, response, path)
            except HanpyoError:
                self._meet(request)  # whose session has ended is told nothing else
                raise

    def _meet(self, request: Request) -> None:
        """Sees the session alive before anything is said. Raises Unauthenticated, Forbidden."""
        if self._function.role is not None:
            _ = request.member

    def _call(self, request: Request, response: falcon.Response, path: dict[str, Any]) -> None:
        sent = self._read(request)
        key = request.header("Idempotency-Key")
        if self._function.idempotent and key:
            self._answer_once(request, response, path, key, sent)
        else:
            result = self._function.handler(request, **path)
            self._meet(request)
            self._write(request, response, result)

    def _admit(self, request: Request) -> None:
        function = self._function
        if function.rate:
            check_rate(function.rate, function.name, request.remote_address)
        if function.role is not None:
            request.claims, request.needed = read_claims(request.header("Authorization")), function.role
            if not function.late_session:
                self._meet(request)

    def _read(self, request: Request) -> Any:
        function, raw = self._function, request.raw
        if function.query:
            request.query = validate(function.query, query_parameters(raw, function.query))
        if function.webhook:
            request.read_body = partial(read_bytes, raw, function.body_limit)
            return None
        if function.body is None or function.multipart:
            return None
        sent = read_json(raw, function.body_limit)
        request.body = validate(function.body, sent)
        return sent

    def _answer_once(
        self, request: Request, response: falcon.Response, path: dict[str, Any], key: str, sent: Any
    ) -> None:
        call = IdempotentCall(
            request.member, request.raw.method + request.raw.path, key, canonical_body(sent)
        )
        stored = call.begin()
        if stored is not None:
            response.status, response.data = falcon.code_to_http_status(stored.status), stored.body
            response.content_type = falcon.MEDIA_JSON
            response.set_header("Idempotency-Replayed", "true")
            return
        try:
            self._write(request, response, self._function.handler(request, **path))
        except BaseException:
            call.abandon()
            raise
        call.finish(falcon.http_status_to_code(response.status), response.data or b"")

    def _write(self, request: Request, response: falcon.Response, result: Any) -> None:
        for cookie in request.cookies_to_set:
            response.set_cookie(**cookie)
        for name, value in request.headers_to_set.items():
            response.set_header(name, value)
        status = request.status or self._function.status
        response.set_header("X-Request-Id", request.id)
        response.set_header("Cache-Control", "no-store")
        if isinstance(result, Stream):
            _write_stream(response, result)
        elif result is None and "Location" not in request.headers_to_set:
            response.status = falcon.code_to_http_status(204 if status == 200 else status)
        elif result is None:
            response.status = falcon.code_to_http_status(status)
        else:
            response.status = falcon.code_to_http_status(status)
            response.content_type = falcon.MEDIA_JSON
            response.data = success(_plain(result), request.id)

    def _is_worth_a_line(self, status: str, seconds: float) -> bool:
        """Reads that went well and fast are in the gateway's log and the metrics: a line more, with the
        supervisor that is woken for it, was 4 % of a search."""
        return self._function.method != "GET" or status[0] != "2" or seconds >= _SLOW_SECONDS

    def _finish(self, response: falcon.Response, seconds: float) -> None:
        status = str(falcon.http_status_to_code(response.status))
        HTTP_SECONDS.labels(self._function.name, status[0] + "xx").observe(seconds)
        if self._is_worth_a_line(status, seconds):
            _log.info("request", status=int(status), milliseconds=round(seconds * 1000, 1))
        structlog.contextvars.clear_contextvars()


def answer_error(response: falcon.Response, error: HanpyoError, request_id: str, language: str) -> None:
    """Writes an error in the envelope."""
    response.status = falcon.code_to_http_status(error.status)
    response.content_type = falcon.MEDIA_JSON
    response.data = failure(error, request_id, language)
    response.set_header("X-Request-Id", request_id)
    response.set_header("Cache-Control", "no-store")
    if error.retry_after is not None:
        response.set_header("Retry-After", str(error.retry_after))


# Letters and digits differ from call to call; their number and what is between them stays.
_WRITTEN = str.maketrans(dict.fromkeys(string.ascii_letters + string.digits, "x"))


def _written(request: Request) -> str:
    """How a call is written: what is written alike takes about as long."""
    query: str = request.raw.query_string
    return query.translate(_WRITTEN)


def _new_request(raw: falcon.Request) -> Request:
    return Request(
        id=str(new_id()),
        raw=raw,
        language=pick_language(raw.get_header("Accept-Language")),
        remote_address=_client_address(raw),
    )


def _client_address(raw: falcon.Request) -> str:
    """The client's address as our gateway saw it; the header is believed from private peers only."""
    peer = str(raw.env.get("REMOTE_ADDR", ""))
    forwarded = raw.get_header("X-Real-IP")
    return forwarded if forwarded and _is_private(peer) else peer


@lru_cache(maxsize=1_000)
def _is_private(address: str) -> bool:
    try:
        return not address or ip_address(address).is_private
    except ValueError:
        return False


def _plain(result: Any) -> Any:
    return result.model_dump(mode="json") if isinstance(result, BaseModel) else result


def _write_stream(response: falcon.Response, stream: Stream) -> None:
    response.content_type = stream.content_type
    if stream.file_name:
        response.downloadable_as = stream.file_name
    response.stream = iter(stream.chunks)
