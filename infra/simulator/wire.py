"""SOLAPI's HTTP API: sending, lists, balance, senders, Kakao channels and templates."""

import json
import logging
import math
import random
import threading
import time
from typing import Any

import falcon

from infra.simulator import accounts, carrier, listing
from infra.simulator.accounts import Account
from infra.simulator.engine import Engine
from infra.simulator.faults import RESET_FLAG, Faults
from infra.simulator.ids import account_number, iso
from infra.simulator.signature import SignatureCheck, Unauthorized
from infra.simulator.store import Store

log = logging.getLogger(__name__)

_MAX_MESSAGES = 10_000
_MAX_BODY = 15 * 1024 * 1024
_GARBLED = "<html>오류가 발생했습니다</html>"


class Refusal(Exception):
    """An HTTP error in SOLAPI's shape: `{errorCode, errorMessage}`."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def internal_error(
    req: falcon.Request, resp: falcon.Response, error: Exception, params: dict[str, Any]
) -> None:
    """Turn any exception into the carrier's error body."""
    if isinstance(error, Unauthorized):
        error = Refusal(403, error.code, error.message)
    if isinstance(error, falcon.HTTPError):
        error = Refusal(error.status_code, "ResourceNotFound", error.title or "")
    if not isinstance(error, Refusal):
        log.error("unexpected failure", exc_info=error)
        error = Refusal(500, "InternalError", "일시적인 오류입니다.")
    resp.status = error.status
    resp.media = {"errorCode": error.code, "errorMessage": error.message}
    if error.retry_after:
        resp.set_header("Retry-After", str(error.retry_after))


class Pace:
    """Messages per second of each account: a bucket of one second that may run into debt.

    A request of 10,000 is taken whole at any pace; the ones after it wait until it is paid off.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, account: Account, count: int) -> int:
        """Seconds to wait, or 0 when `count` messages were let through."""
        rate = account.messages_per_second
        if rate is None:
            return 0
        now = time.monotonic()
        with self._lock:
            tokens, at = self._buckets.get(account.api_key, (float(rate), now))
            tokens = min(float(rate), tokens + (now - at) * rate)
            if tokens <= 0:
                self._buckets[account.api_key] = (tokens, now)
                return max(1, math.ceil(-tokens / rate))
            self._buckets[account.api_key] = (tokens - count, now)
            return 0


class Gatekeeper:
    """Authorization for every call of the wire protocol."""

    def __init__(self, store: Store, signatures: SignatureCheck) -> None:
        self._store = store
        self._signatures = signatures

    def admit(self, req: falcon.Request) -> Account:
        """The account that signed the request. Raises Unauthorized."""
        found: list[Account] = []

        def secret_of(api_key: str) -> str | None:
            account = accounts.find(self._store.read(), api_key)
            if account is not None:
                found.append(account)
            return account.api_secret if account else None

        self._signatures.check(req.get_header("Authorization") or "", secret_of)
        return found[0]


class Sending:
    """POST /messages/v4/send and /messages/v4/send-many/detail."""

    def __init__(self, gate: Gatekeeper, store: Store, engine: Engine, faults: Faults) -> None:
        self._gate = gate
        self._store = store
        self._engine = engine
        self._faults = faults
        self._pace = Pace()

    def on_post_single(self, req: falcon.Request, resp: falcon.Response) -> None:
        """One message; a faulty one is HTTP 400 with its status code as the error code."""
        account, body = self._admit(req)
        message = body.get("message")
        if not isinstance(message, dict):
            raise Refusal(400, "ValidationError", "message가 필요합니다.")
        batch = self._receive(account, [message], body)
        if batch.failed:
            failed = carrier.answer_item(batch, batch.failed[0])
            raise Refusal(400, failed["statusCode"], failed["statusMessage"])
        item = carrier.answer_item(batch, batch.messages[0])
        del item["customFields"]
        self._answer(req, resp, account, {"groupId": batch.group_id, **item})

    def on_post_many(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Up to 10,000 messages; faulty ones come back in `failedMessageList` with HTTP 200."""
        account, body = self._admit(req)
        messages = body.get("messages")
        if not isinstance(messages, list) or not 1 <= len(messages) <= _MAX_MESSAGES:
            raise Refusal(400, "ValidationError", "messages는 1~10,000건이어야 합니다.")
        if not all(isinstance(each, dict) for each in messages):
            raise Refusal(400, "ValidationError", "messages의 항목은 객체여야 합니다.")
        batch = self._receive(account, messages, body)
        answer: dict[str, Any] = {
            "failedMessageList": [carrier.answer_item(batch, each) for each in batch.failed],
            "groupInfo": carrier.group_info(batch),
        }
        if body.get("showMessageList") is True:
            answer["messageList"] = [_listed(carrier.answer_item(batch, m)) for m in batch.messages]
        self._answer(req, resp, account, answer)

    def _admit(self, req: falcon.Request) -> tuple[Account, dict[str, Any]]:
        account = self._gate.admit(req)
        faults = self._faults.get(account.api_key)
        if faults.delay_ms:
            time.sleep(faults.delay_ms / 1000)
        if self._faults.take(account.api_key, "reset_before_accept"):
            req.env[RESET_FLAG] = True
            raise Refusal(503, "ConnectionReset", "")
        unlucky = random.random() < faults.status_503_rate  # noqa: S311
        if self._faults.take(account.api_key, "status_503") or unlucky:
            raise Refusal(503, "ServiceUnavailable", "잠시 후 다시 시도해 주세요.")
        return account, _json_body(req)

    def _receive(
        self, account: Account, messages: list[dict[str, Any]], body: dict[str, Any]
    ) -> carrier.Batch:
        wait = self._pace.take(account, len(messages))
        if wait:
            raise Refusal(429, "TooManyRequests", "요청이 너무 많습니다.", retry_after=wait)
        try:
            batch = carrier.receive(
                self._store,
                account,
                messages,
                strict=body.get("strict") is True,
                allow_duplicates=body.get("allowDuplicates") is True,
            )
        except carrier.StrictRefusal:
            raise Refusal(400, "ValidationError", "잘못된 메시지가 있어 접수하지 않았습니다.") from None
        self._engine.wake()
        return batch

    def _answer(self, req: falcon.Request, resp: falcon.Response, account: Account, answer: object) -> None:
        """The answer, unless a fault loses it now that the messages are accepted."""
        if self._faults.take(account.api_key, "reset_after_accept"):
            req.env[RESET_FLAG] = True
        elif self._faults.take(account.api_key, "garbled_answer"):
            resp.text = _GARBLED
        else:
            resp.data = json.dumps(answer, ensure_ascii=False).encode()


def _listed(item: dict[str, Any]) -> dict[str, Any]:
    names = ("messageId", "statusCode", "statusMessage", "customFields")
    return {name: item[name] for name in names}


def _json_body(req: falcon.Request) -> dict[str, Any]:
    if (req.content_length or 0) > _MAX_BODY:
        raise Refusal(413, "PayloadTooLarge", "요청 본문은 15MB까지입니다.")
    try:
        body = _loads(req.bounded_stream.read())
    except (ValueError, RecursionError):
        raise Refusal(400, "ValidationError", "JSON 형식이 아닙니다.") from None
    if not isinstance(body, dict):
        raise Refusal(400, "ValidationError", "JSON 객체가 아닙니다.")
    return body


def _loads(raw: bytes) -> Any:
    """JSON whose texts are all proper Unicode: half a surrogate pair is a ValueError."""
    body = json.loads(raw)
    if b"\\ud" in raw.lower():
        json.dumps(body, ensure_ascii=False).encode()
    return body


class Reading:
    """The GET half of the API, one small responder per path."""

    def __init__(self, gate: Gatekeeper, store: Store) -> None:
        self._gate = gate
        self._store = store

    def on_get_messages(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Messages by filter, newest first."""
        account = self._gate.admit(req)
        self._list(resp, account, _query(req))

    def on_get_group_messages(self, req: falcon.Request, resp: falcon.Response, group_id: str) -> None:
        """The messages of one group."""
        account = self._gate.admit(req)
        self._list(resp, account, [*_query(req), ("groupId", group_id)])

    def _list(self, resp: falcon.Response, account: Account, query: list[tuple[str, str]]) -> None:
        try:
            resp.media = listing.find_messages(self._store.read(), account.api_key, query)
        except ValueError as error:
            raise Refusal(400, "ValidationError", f"잘못된 조건: {error}") from None

    def on_get_group(self, req: falcon.Request, resp: falcon.Response, group_id: str) -> None:
        """One group with its counters."""
        account = self._gate.admit(req)
        group = carrier.load_group(self._store.read(), account.api_key, group_id)
        if group is None:
            raise Refusal(404, "ResourceNotFound", "그룹이 없습니다.")
        resp.media = group

    def on_get_balance(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Money left, in won."""
        account = self._gate.admit(req)
        resp.media = {
            "balance": accounts.balance(self._store.read(), account.api_key),
            "point": 0,
            "minimumCash": 10_000,
            "rechargeTo": 50_000,
            "rechargeTryCount": 0,
            "autoRecharge": 0,
            "accountId": account_number(account.api_key),
            "lowBalanceAlert": {"enabled": False},
        }

    def on_get_senders(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Registered sender numbers."""
        account = self._gate.admit(req)
        senders = [
            {"phoneNumber": number, "status": "ACTIVE", "method": "ARS", "expireAt": None}
            for number in account.senders
        ]
        number = account_number(account.api_key)
        resp.media = {"accountId": number, "limit": 50, "senderIds": senders}

    def on_get_active_senders(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The same as plain strings."""
        resp.media = list(self._gate.admit(req).senders)

    def on_get_channels(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Kakao channels."""
        account = self._gate.admit(req)
        channels = [{"channelId": each, "searchId": each} for each in account.channels]
        resp.media = {"limit": 20, "channelList": channels, "startKey": None, "nextKey": None}

    def on_get_templates(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Kakao templates, all approved."""
        account = self._gate.admit(req)
        templates = [
            {
                "templateId": each.template_id,
                "channelId": each.channel,
                "name": each.name,
                "content": each.content,
                "buttons": list(each.buttons),
                "status": "APPROVED",
            }
            for each in account.templates.values()
        ]
        resp.media = {"limit": 20, "templateList": templates, "startKey": None, "nextKey": None}

    def on_get_opt_outs(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Recipients who opted out by the carrier's free number."""
        account = self._gate.admit(req)
        rows = self._store.read().execute(
            "SELECT phone, at FROM opt_outs WHERE account = ? ORDER BY at DESC LIMIT 500",
            (account.api_key,),
        )
        resp.media = {
            "blackList": [
                {"type": "DENIAL", "recipientNumber": row["phone"], "dateCreated": iso(row["at"])}
                for row in rows
            ]
        }


def _query(req: falcon.Request) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in req.params.items():
        pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
    return pairs


def add_routes(
    app: "falcon.App[falcon.Request, falcon.Response]",
    store: Store,
    engine: Engine,
    faults: Faults,
    signatures: SignatureCheck,
) -> None:
    """The wire protocol at the server's root."""
    gate = Gatekeeper(store, signatures)
    sending = Sending(gate, store, engine, faults)
    app.add_route("/messages/v4/send", sending, suffix="single")
    app.add_route("/messages/v4/send-many/detail", sending, suffix="many")
    reading = Reading(gate, store)
    for path, suffix in _READ_PATHS.items():
        app.add_route(path, reading, suffix=suffix)


_READ_PATHS = {
    "/messages/v4/list": "messages",
    "/messages/v4/list-old": "messages",
    "/messages/v4/groups/{group_id}": "group",
    "/messages/v4/groups/{group_id}/messages": "group_messages",
    "/cash/v1/balance": "balance",
    "/senderid/v1/numbers": "senders",
    "/senderid/v1/numbers/active": "active_senders",
    "/kakao/v2/channels": "channels",
    "/kakao/v2/templates": "templates",
    "/iam/v1/black": "opt_outs",
}
