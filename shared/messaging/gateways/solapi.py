"""The SOLAPI gateway: sends, look-ups and delivery reports over SOLAPI's v4 protocol."""

import functools
import hmac
import json
import logging
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx

from shared.messaging.gateways import solapi_wire as wire
from shared.messaging.gateways.gateway import (
    Acceptance,
    CarrierRefused,
    DeliveryEvent,
    LookUpFailed,
    MalformedReport,
    OutcomeUnknown,
    OutgoingMessage,
)

log = logging.getLogger(__name__)

# A call as a whole: httpx only limits each read and each write, so a trickle has no end.
_CALL_SECONDS = 30.0
_PIECE = 64 * 1024
# What the kernel still holds of a request must not arrive minutes after we gave it up.
_SOCKET_OPTIONS = (
    [(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 20_000)] if hasattr(socket, "TCP_USER_TIMEOUT") else []
)
_LIMITS = httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=4.0)
_PAGE = 500
# Ids in one query string: 50 keep the request line well under 4 kB.
_IDS_PER_QUERY = 50
# SOLAPI takes requests whose date is off by up to 15 minutes, so its clock may differ from ours
# by as much, and a look-up must not miss a message that it dated by its own clock.
_CLOCK_SKEW = timedelta(minutes=15)
# Raised before the first byte of a request is written: name resolution, connect, TLS, our pool.
_NOTHING_WRITTEN = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# Answers of whatever stands before the carrier's application, which then saw no message.
_REFUSING_STATUS = frozenset({400, 401, 403, 404, 405, 411, 413, 414, 415, 429, 431})
_RETRYABLE_ERRORS = frozenset({"RequestTimeTooSkewed"})
_LONGEST_RETRY_AFTER = 300.0
# Our salt is new each time, so this means that something on the way sent our request twice, and
# the first copy may have been accepted.
_REPLAYED = "DuplicatedSignature"
_RANK = {"failed": 0, "pending": 1, "delivered": 2}


@functools.cache
def _shared_client() -> httpx.Client:
    """One per process, made at the first use: loading the certificates takes some 20 ms."""
    transport = httpx.HTTPTransport(limits=_LIMITS, trust_env=False, socket_options=_SOCKET_OPTIONS)
    return httpx.Client(transport=transport, follow_redirects=False, trust_env=False)


class CallTimeout(httpx.TimeoutException):
    """The call as a whole took too long."""


class _InTime(httpx.SyncByteStream):
    """A body that breaks off when the call's time is over: no piece is handed on after that."""

    def __init__(self, pieces: Iterable[bytes], ends: float) -> None:
        self._pieces = pieces
        self._ends = ends

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            if time.monotonic() >= self._ends:
                raise CallTimeout("the call took too long")
            yield piece

    def close(self) -> None:
        if isinstance(self._pieces, httpx.SyncByteStream):
            self._pieces.close()


class SolapiGateway:
    """One SOLAPI account (also the simulator, which speaks the same protocol).

    Thread-safe and cheap to make: all accounts of a process share one client, whose connections
    are kept alive. `call_seconds` is the patience for a call as a whole: later no further piece
    of a request is written and none of an answer read. `clock` returns an aware datetime, `salt`
    12 to 64 characters that never repeat; both are injected for tests, as is `client`.
    """

    max_batch = 10_000

    def __init__(
        self,
        base_url: str,
        api_key: str,
        api_secret: str,
        webhook_secret: str,
        *,
        call_seconds: float = _CALL_SECONDS,
        client: httpx.Client | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        salt: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._api_key = api_key
        self._api_secret = api_secret
        self._webhook_digest = wire.webhook_digest(webhook_secret) if webhook_secret else None
        self._call_seconds = call_seconds
        self._client = client or _shared_client()
        self._clock = clock
        self._salt = salt

    def send(self, messages: Sequence[OutgoingMessage]) -> list[Acceptance]:
        """See `Gateway.send`. One request, never repeated by itself.

        `allowDuplicates` is on because one number may be due in two campaigns of one batch; that
        nobody gets a message twice is the ledger's promise, not the carrier's.
        """
        references = {message.reference: message.to for message in messages}
        if not messages or len(messages) > self.max_batch or len(references) != len(messages):
            raise ValueError("a batch is 1 to 10,000 messages with a reference of their own each")
        body = {
            "messages": [wire.encode_message(message) for message in messages],
            "allowDuplicates": True,
            "showMessageList": True,
        }
        response = self._post("/messages/v4/send-many/detail", wire.encode_json(body))
        acceptances = wire.decode_acceptances(_json_or_none(response), references)
        if acceptances is None:
            raise OutcomeUnknown("UNREADABLE_ANSWER")
        return acceptances

    def look_up(self, references: Iterable[str], *, since: datetime, until: datetime) -> list[DeliveryEvent]:
        """See `Gateway.look_up`. Walks the message list by creation date, 500 at a time, and
        stops once all were found.
        """
        wanted = set(references)
        found: dict[str, DeliveryEvent] = {}
        window = {
            "dateType": "CREATED",
            "startDate": _wire_time(since - _CLOCK_SKEW),
            "endDate": _wire_time(until + _CLOCK_SKEW),
        }
        for page in self._pages(window) if wanted else ():
            for record in page:
                reference = wire.reference_of(record)
                if reference in wanted:
                    _keep_furthest(found, reference, _event_of(record))
            if len(found) == len(wanted):
                break
        return list(found.values())

    def look_up_ids(self, carrier_message_ids: Iterable[str]) -> list[DeliveryEvent]:
        """See `Gateway.look_up_ids`."""
        ids = list(dict.fromkeys(carrier_message_ids))
        events: list[DeliveryEvent] = []
        for start in range(0, len(ids), _IDS_PER_QUERY):
            some = ids[start : start + _IDS_PER_QUERY]
            for page in self._pages({"messageIds[in]": wire.encode_json(some).decode()}):
                events += filter(None, map(wire.decode_listed, page))
        return events

    def verify(self, headers: Mapping[str, str]) -> bool:
        """See `Gateway.verify`. An account without a webhook secret accepts no report."""
        if self._webhook_digest is None:
            return False
        given = _header(headers, "x-solapi-secret").encode("utf-8", "replace")
        return hmac.compare_digest(given, self._webhook_digest.encode())

    def parse_reports(self, headers: Mapping[str, str], raw_body: bytes) -> list[DeliveryEvent]:
        """See `Gateway.parse_reports`. Group reports hold no message and give no event."""
        try:
            body = json.loads(raw_body)
        except (ValueError, RecursionError):
            # `from None`: the JSON error holds the body, and with it phone numbers.
            raise MalformedReport("the report is not JSON") from None
        if not isinstance(body, list | dict):
            raise MalformedReport("the report is no list of messages")
        if _header(headers, "x-solapi-event-name") == "GROUP-REPORT":
            return []
        decoded = [wire.decode_event(item) for item in wire.iter_report_items(body)]
        events = [event for event in decoded if event is not None]
        if len(events) < len(decoded):
            log.warning("solapi: skipped %d malformed report items", len(decoded) - len(events))
        return events

    def balance(self) -> int:
        """See `Gateway.balance`: prepaid money and points together."""
        answer = wire.as_object(self._get("/cash/v1/balance", {}))
        try:
            return int(answer["balance"]) + int(answer.get("point") or 0)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise LookUpFailed("UNREADABLE_ANSWER", retryable=True) from None

    def _headers(self, content_length: int) -> dict[str, str]:
        headers = {
            "Authorization": wire.authorization(self._api_key, self._api_secret, self._clock(), self._salt()),
            "Content-Type": "application/json; charset=utf-8",
        }
        # Said, because a body that goes out in pieces would else be sent "chunked".
        return headers | ({"Content-Length": str(content_length)} if content_length else {})

    def _post(self, path: str, body: bytes) -> httpx.Response:
        """The 2xx answer to a send, or the error that says what may have been accepted."""
        try:
            response = self._call("POST", path, body=body)
        except _Unwritable as error:
            raise CarrierRefused("UNWRITABLE_REQUEST", retryable=False) from error
        except _NOTHING_WRITTEN as error:
            raise CarrierRefused(_transport_code(error), retryable=True) from error
        except Exception as error:
            raise OutcomeUnknown(_transport_code(error)) from error
        if response.is_success:
            return response
        raise _send_error(response)

    def _get(self, path: str, query: Mapping[str, str]) -> object:
        try:
            response = self._call("GET", path, query=query)
        except Exception as error:
            retryable = not isinstance(error, _Unwritable)
            raise LookUpFailed(_transport_code(error), retryable=retryable) from error
        if not response.is_success:
            raise _question_error(response)
        return _json_or_none(response)

    def _call(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> httpx.Response:
        """One request with its answer read, in `call_seconds`. Raises what httpx raises, and _Unwritable."""
        ends = time.monotonic() + self._call_seconds
        try:
            request = self._client.build_request(
                method,
                self._base_url + path,
                params=query,
                headers=self._headers(len(body)),
                content=_InTime(_pieces(body), ends) if body else None,
                timeout=httpx.Timeout(min(20.0, self._call_seconds), connect=5.0, pool=5.0),
            )
        except Exception as error:
            raise _Unwritable from error
        response = self._client.send(request, stream=True)
        try:
            response.stream = _InTime(cast(httpx.SyncByteStream, response.stream), ends)
            response.read()
        finally:
            response.close()
        return response

    def _pages(self, query: Mapping[str, str]) -> Iterator[list[wire.JsonObject]]:
        """The pages of the message list; a page that cannot be read is an error, not the end."""
        seen: set[str] = set()
        start: dict[str, str] = {}
        while True:
            answer = self._get("/messages/v4/list", {**query, "limit": str(_PAGE), **start})
            page = wire.decode_page(answer)
            if page is None:
                raise LookUpFailed("UNREADABLE_ANSWER", retryable=True)
            records, key = page
            yield records
            if key is None:
                return
            if key in seen:
                raise LookUpFailed("CIRCULAR_LIST", retryable=True)
            seen.add(key)
            start = {"startKey": key}


class _Unwritable(Exception):
    """A request that cannot be put into bytes, such as a key that fits into no header."""


def _pieces(body: bytes) -> Iterator[bytes]:
    return (body[start : start + _PIECE] for start in range(0, len(body), _PIECE))


def _event_of(record: wire.JsonObject) -> DeliveryEvent:
    """A listed record that we look for: it must be read, or "not found" would be believed."""
    event = wire.decode_listed(record)
    if event is None:
        raise LookUpFailed("UNREADABLE_RECORD", retryable=True)
    return event


def _keep_furthest(found: dict[str, DeliveryEvent], reference: str, event: DeliveryEvent) -> None:
    """A reference that was refused and sent again has two records: the further one counts."""
    known = found.get(reference)
    if known is None or _RANK[event.outcome] > _RANK[known.outcome]:
        found[reference] = event


def _send_error(response: httpx.Response) -> CarrierRefused | OutcomeUnknown:
    status, code = response.status_code, _error_code(response)
    named = code or f"HTTP_{status}"
    refused = 400 <= status < 500 and (code is not None or status in _REFUSING_STATUS)
    if not refused or code == _REPLAYED:
        return OutcomeUnknown(named)
    retryable = status == 429 or code in _RETRYABLE_ERRORS
    return CarrierRefused(named, retryable=retryable, retry_after=_retry_after(response))


def _question_error(response: httpx.Response) -> LookUpFailed:
    status, code = response.status_code, _error_code(response)
    retryable = status in (408, 429) or status >= 500 or code in (*_RETRYABLE_ERRORS, _REPLAYED)
    return LookUpFailed(code or f"HTTP_{status}", retryable=retryable, retry_after=_retry_after(response))


def _error_code(response: httpx.Response) -> str | None:
    return wire.plain_id(wire.as_object(_json_or_none(response)).get("errorCode"))


def _json_or_none(response: httpx.Response) -> object:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    # A carrier that asks for years, or for more digits than a date can hold, is asked again before.
    return min(float(value), _LONGEST_RETRY_AFTER) if value.isascii() and value.isdigit() else None


def _transport_code(error: Exception) -> str:
    return type(error).__name__


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
