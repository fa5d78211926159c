"""SOLAPI's HTTP API: sending, lists, balance, senders, Kakao channels and templates."""

from typing import Any

import falcon
from pydantic_core import from_json, to_json

from infra.simulator import accounts, carrier, listing, solapi_catalogue
from infra.simulator.accounts import Account
from infra.simulator.ids import account_number, from_iso, now_ms
from infra.simulator.parts import Parts
from infra.simulator.signature import SignatureCheck, Unauthorized
from infra.simulator.solapi_errors import Refusal
from infra.simulator.store import Store

_MAX_MESSAGES = 10_000
_MAX_BODY = 15 * 1024 * 1024
_LONGEST_SCHEDULE_MS = 183 * 24 * 3600 * 1000


class Gatekeeper:
    """Authorization for every call of the wire protocol."""

    def __init__(self, store: Store, signatures: SignatureCheck) -> None:
        self._store = store
        self._signatures = signatures

    def admit(self, req: falcon.Request) -> Account:
        """The account that signed the request. Raises Refusal."""
        found: list[Account] = []

        def secret_of(api_key: str) -> str | None:
            account = accounts.find(self._store.read(), api_key)
            if account is None or account.carrier != "solapi":
                return None
            found.append(account)
            return account.api_secret

        try:
            self._signatures.check(req.get_header("Authorization") or "", secret_of)
        except Unauthorized as error:
            raise Refusal(403, error.code, error.message) from None
        return found[0]


class Sending:
    """POST /messages/v4/send and /messages/v4/send-many/detail."""

    def __init__(self, gate: Gatekeeper, parts: Parts) -> None:
        self._gate = gate
        self._parts = parts

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
        self._parts.gate.enter(req, account.api_key)
        return account, json_body(req)

    def _receive(
        self, account: Account, messages: list[dict[str, Any]], body: dict[str, Any]
    ) -> carrier.Batch:
        self._parts.gate.pace(account, len(messages))
        try:
            batch = carrier.receive(
                self._parts.store,
                account,
                messages,
                strict=body.get("strict") is True,
                allow_duplicates=body.get("allowDuplicates") is True,
                send_at=_scheduled(body.get("scheduledDate")),
            )
        except carrier.StrictRefusal:
            raise Refusal(400, "ValidationError", "잘못된 메시지가 있어 접수하지 않았습니다.") from None
        self._parts.engine.wake()
        return batch

    def _answer(self, req: falcon.Request, resp: falcon.Response, account: Account, answer: object) -> None:
        """The answer, unless a fault loses it now that the messages are accepted."""
        self._parts.gate.leave(req, resp, account.api_key, to_json(answer))


def _scheduled(value: object) -> int | None:
    """When a request's messages leave, at most six months ahead; a past time means now."""
    if value is None:
        return None
    at = from_iso(value) if isinstance(value, str) else None
    if at is None or at > now_ms() + _LONGEST_SCHEDULE_MS:
        raise Refusal(400, "ValidationError", "scheduledDate가 올바르지 않습니다.")
    return at if at > now_ms() else None


def _listed(item: dict[str, Any]) -> dict[str, Any]:
    names = ("messageId", "statusCode", "statusMessage", "customFields")
    return {name: item[name] for name in names}


def json_body(req: falcon.Request) -> dict[str, Any]:
    """The request's JSON object, at most 15 MB. Raises Refusal."""
    if (req.content_length or 0) > _MAX_BODY:
        raise Refusal(413, "PayloadTooLarge", "요청 본문은 15MB까지입니다.")
    try:
        body = from_json(req.bounded_stream.read())  # half a surrogate pair is a ValueError
    except ValueError:
        raise Refusal(400, "ValidationError", "JSON 형식이 아닙니다.") from None
    if not isinstance(body, dict):
        raise Refusal(400, "ValidationError", "JSON 객체가 아닙니다.")
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


def _query(req: falcon.Request) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in req.params.items():
        pairs += [(name, each) for each in (value if isinstance(value, list) else [value])]
    return pairs


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> None:
    """The wire protocol at the server's root."""
    gate = Gatekeeper(parts.store, SignatureCheck())
    sending = Sending(gate, parts)
    app.add_route("/messages/v4/send", sending, suffix="single")
    app.add_route("/messages/v4/send-many/detail", sending, suffix="many")
    reading = Reading(gate, parts.store)
    for path, suffix in _READ_PATHS.items():
        app.add_route(path, reading, suffix=suffix)
    solapi_catalogue.add_routes(app, parts, gate.admit, json_body)


_READ_PATHS = {
    "/messages/v4/list": "messages",
    "/messages/v4/list-old": "messages",
    "/messages/v4/groups/{group_id}": "group",
    "/messages/v4/groups/{group_id}/messages": "group_messages",
    "/cash/v1/balance": "balance",
    "/senderid/v1/numbers": "senders",
    "/senderid/v1/numbers/active": "active_senders",
}
