"""NHN Cloud KakaoTalk Bizmessage: sending Alimtalk v2.3 and Brand message v1.0, lists and cancelling."""

import json
import re
import sqlite3
import threading
from datetime import datetime, time
from typing import Any

import falcon

from infra.simulator import accounts, network, nhn_bubbles, nhn_text
from infra.simulator import nhn_wire as wire
from infra.simulator.accounts import Account, Template, wire_button
from infra.simulator.bubbles import BUBBLES
from infra.simulator.ids import now_ms
from infra.simulator.network import Parcel
from infra.simulator.nhn_wire import NhnRefusal
from infra.simulator.outcomes import CANCELLED
from infra.simulator.parts import Parts

_NUMBER = re.compile(r"01\d{8,9}")
_VARIABLE = re.compile(r"#\{([^{}]*)\}")
_IDEMPOTENCY_MS = 10 * 60 * 1000
_CONTENT = 1300
_FIRST_USER_LONGER = 14
_PRICES = {"ATA": 8, "BMS_TEXT": 15, "BMS_IMAGE": 22, "BMS_WIDE": 25}
_OPENS, _CLOSES = time(8, 0), time(20, 50)
NO_FRIEND, NIGHT = "3102", "3108"


class Keys:
    """Idempotency keys: one that comes again within ten minutes is refused. Thread-safe."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def check(self, api_key: str, given: str | None) -> None:
        """Remember a key. Raises NhnRefusal (-1005)."""
        if given is None:
            return
        now = now_ms()
        with self._lock:
            if self._seen.get((api_key, given), 0) > now:
                raise NhnRefusal(-1005)
            if len(self._seen) > 10_000:
                self._seen = {key: ends for key, ends in self._seen.items() if ends > now}
            self._seen[api_key, given] = now + _IDEMPOTENCY_MS


class Kakao:
    """The KakaoTalk product of every account."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._store = parts.store
        self._keys = Keys()

    def admit(self, req: falcon.Request, app_key: str) -> Account:
        """The account of a Kakao app key, when the secret key is its. Raises NhnRefusal."""
        account = accounts.find_by(self._store.read(), "nhn", "kakao_key", app_key)
        if account is None:
            raise NhnRefusal(-4004)
        if req.get_header("X-Secret-Key") != account.credentials.get("kakao_secret"):
            raise NhnRefusal(-1001)
        return account

    def on_post_alimtalk(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Alimtalk by template and values."""
        account, body = self._enter(req, app_key)
        _channel(account, body)
        template = _template(account, body)
        listed = wire.recipients(body, empty=-2001, too_many=4)
        request_id = wire.new_request_id()
        parcels = [
            _alimtalk(account, template, f"alimtalk:{request_id}", number, item, body)
            for number, item in enumerate(listed, 1)
        ]
        self._take(req, resp, account, request_id, parcels)

    def on_post_brand(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """A free brand message: one text for all recipients."""
        account, body = self._enter(req, app_key)
        nhn_bubbles.check(self._store.read(), account.api_key, body)
        self._brand(req, resp, account, body, None)

    def on_post_basic(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """A brand message by template and values."""
        account, body = self._enter(req, app_key)
        self._brand(req, resp, account, body, _template(account, body))

    def _brand(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        account: Account,
        body: dict[str, Any],
        template: Template | None,
    ) -> None:
        _channel(account, body)
        listed = wire.recipients(body, empty=-2001, too_many=4)
        request_id = wire.new_request_id()
        refused = network.opted_out(self._store.read(), account.api_key)
        parcels = [
            _brand(account, template, f"brand:{request_id}", number, item, body, refused)
            for number, item in enumerate(listed, 1)
        ]
        self._take(req, resp, account, request_id, parcels)

    def _enter(self, req: falcon.Request, app_key: str) -> tuple[Account, dict[str, Any]]:
        account = self.admit(req, app_key)
        self._parts.gate.enter(req, account.api_key)
        self._keys.check(account.api_key, req.get_header("X-NC-API-IDEMPOTENCY-KEY"))
        return account, wire.json_body(req)

    def _take(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        account: Account,
        request_id: str,
        parcels: list[Parcel],
    ) -> None:
        results = [_result(parcel) for parcel in parcels]
        message = {"requestId": request_id, "senderGroupingKey": None, "sendResults": results}
        if not any(parcel.accepted for parcel in parcels):
            raise NhnRefusal(-1031, message={"requestId": None, "sendResults": results})
        self._parts.gate.pace(account, len(parcels))
        with self._store.write() as connection:
            network.take(connection, account, request_id, now_ms(), parcels)
        self._parts.engine.wake()
        self._parts.gate.leave(req, resp, account.api_key, wire.encode({"message": message}))

    def list_of(self, req: falcon.Request, resp: falcon.Response, app_key: str, route: str) -> None:
        """What was sent, newest first; brand messages by the time they leave only."""
        account = self.admit(req, app_key)
        names = ("RequestDate", "CreateDate") if route == "alimtalk" else ("RequestDate",)
        span = wire.window(req, names, missing=-4103, too_long=-4003)
        request = req.get_param("requestId")
        rows, total = nhn_text.find(self._store.read(), account.api_key, req, f"{route}:%", request, span)
        page = {"messages": [_item(row) for row in rows], "totalCount": total}
        resp.data = wire.encode({"messageSearchResultResponse": page})

    def cancel(
        self, req: falcon.Request, resp: falcon.Response, app_key: str, route: str, request_id: str
    ) -> None:
        """Cancel reserved messages of a request: all, or those of `recipientSeq`."""
        account = self.admit(req, app_key)
        numbers = req.get_param_as_list("recipientSeq") or []
        rows = self._store.read().execute(
            "SELECT message_id FROM messages WHERE account = ? AND group_id = ?",
            (account.api_key, request_id),
        )
        place = f"{route}:{request_id}"
        ids = [row["message_id"] for row in rows if row["message_id"].startswith(f"{place}:")]
        chosen = [each for each in ids if not numbers or each.rpartition(":")[2] in numbers]
        if not network.cancel(self._store, account, chosen):
            raise NhnRefusal(-2029)
        resp.data = wire.encode({})


def _channel(account: Account, body: dict[str, Any]) -> None:
    if body.get("senderKey") not in account.channels:
        raise NhnRefusal(-2017)


def _template(account: Account, body: dict[str, Any]) -> Template:
    template = account.templates.get(str(body.get("templateCode") or ""))
    if template is None or template.channel not in ("", body.get("senderKey")):
        raise NhnRefusal(-3003)
    if template.status != "APPROVED":
        raise NhnRefusal(-3005)
    return template


def _when(body: dict[str, Any]) -> int | None:
    return wire.request_time(body.get("requestDate"), past=-2025, malformed=-2027, too_far=-2026, days=90)


def _alimtalk(
    account: Account,
    template: Template,
    place: str,
    number: int,
    item: dict[str, Any],
    body: dict[str, Any],
) -> Parcel:
    values = item.get("templateParameter") or {}
    text, missing = _filled(template.content, values)
    code = _recipient_code(item)
    if not code and missing:
        code = -3004
    if not code and len(text) > _CONTENT:
        code = -2019
    if not code and account.credentials.get("first_user") and _differs(template.content, values):
        code = -1028
    buttons = [_filled_button(button, values) for button in template.buttons]
    return _parcel(place, number, item, body, code, "ATA", text, buttons)


def _brand(
    account: Account,
    template: Template | None,
    place: str,
    number: int,
    item: dict[str, Any],
    body: dict[str, Any],
    refused: frozenset[str],
) -> Parcel:
    values = item.get("templateParameter") or {}
    text, missing = _filled(template.content, values) if template else (str(body["content"]), False)
    given = template.buttons if template else map(wire_button, body.get("buttons") or ())
    buttons = [_filled_button(button, values) for button in given]
    code = _recipient_code(item) or _targeting_code(account, item)
    if not code and missing:
        code = -3324
    if not code and network.refuses(str(item["recipientNo"]), refused):
        code = -3301
    kind = "TEXT" if template else body["chatBubbleType"]
    parcel = _parcel(place, number, item, body, code, f"BMS_{kind}", text, buttons)
    parcel.image_id = body["image"]["imageUrl"] if BUBBLES[kind].tallest else None
    if account.credentials.get("brand_night") != "open":
        parcel.plan = NIGHT if at_night(parcel.send_at or now_ms()) else None
    return parcel


def _targeting_code(account: Account, item: dict[str, Any]) -> int:
    targeting = item.get("targeting")
    if targeting not in ("M", "N", "I"):
        return -3298
    return -4029 if targeting != "I" and account.credentials.get("marketing") != "approved" else 0


def at_night(at_ms: int) -> bool:
    """Whether Kakao delivers no brand message at that time: 20:50 to 08:00 in Korea."""
    clock = datetime.fromtimestamp(at_ms / 1000, wire.SEOUL).time()
    return not _OPENS <= clock < _CLOSES


def _recipient_code(item: dict[str, Any]) -> int:
    to, resend = item.get("recipientNo"), item.get("resendParameter") or {}
    if not isinstance(to, str) or not _NUMBER.fullmatch(to):
        return -5000
    # Falling back is not set up for any profile here, as it is not until somebody does it.
    return -2502 if isinstance(resend, dict) and resend.get("isResend") is True else 0


def _filled(content: str, values: Any) -> tuple[str, bool]:
    """The content with its values, and whether one is missing."""
    known = values if isinstance(values, dict) else {}
    names = _VARIABLE.findall(content)
    text = _VARIABLE.sub(lambda match: str(known.get(match.group(1), match.group())), content)
    return text, any(name not in known for name in names)


def _filled_button(button: dict[str, str], values: Any) -> dict[str, str]:
    return {name: _filled(value, values)[0] for name, value in button.items()}


def _differs(content: str, values: Any) -> bool:
    known = values if isinstance(values, dict) else {}
    names = _VARIABLE.findall(content)
    return any(len(str(known.get(name, ""))) - len(name) - 3 > _FIRST_USER_LONGER for name in names)


def _parcel(
    place: str,
    number: int,
    item: dict[str, Any],
    body: dict[str, Any],
    code: int,
    kind: str,
    text: str,
    buttons: list[dict[str, str]],
) -> Parcel:
    reference = wire.grouping_key(item, "recipientGroupingKey")
    return Parcel(
        message_id=f"{place}:{number}",
        to=str(item.get("recipientNo") or ""),
        peer=str(body["senderKey"]),
        kind=kind,
        text=text,
        code=str(code or "2000"),
        kakao={"pfId": body["senderKey"], "templateId": body.get("templateCode"), "buttons": buttons},
        custom={"recipientGroupingKey": reference},
        reference=reference,
        price=_PRICES[kind],
        send_at=_when(body),
    )


def _result(parcel: Parcel) -> dict[str, Any]:
    return {
        "recipientSeq": int(parcel.message_id.rpartition(":")[2]),
        "recipientNo": parcel.to,
        "resultCode": 0 if parcel.accepted else int(parcel.code),
        "resultMessage": "SUCCESS" if parcel.accepted else "FAIL",
        "recipientGroupingKey": parcel.reference,
    }


def _item(row: sqlite3.Row) -> dict[str, Any]:
    kakao = json.loads(row["kakao"])
    code = wire.kakao_code(row["code"])
    status = "CANCEL" if row["code"] == CANCELLED else "COMPLETED" if code in ("1000", "3005") else "FAILED"
    return {
        "requestId": row["group_id"],
        "recipientSeq": int(row["message_id"].rpartition(":")[2]),
        "senderKey": row["peer"],
        "templateCode": kakao.get("templateId"),
        "recipientNo": row["phone"],
        "content": row["text"],
        "requestDate": wire.korean(row["send_at"] or row["created_at"]),
        "createDate": wire.korean(row["created_at"]),
        "receiveDate": wire.korean(row["settled_at"]),
        "resendStatus": "RSC01",
        "messageStatus": None if code is None and status == "FAILED" else status,
        "resultCode": code,
        "recipientGroupingKey": row["reference"],
    }


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> Kakao:
    """The sending paths of both kinds; `appkeys` is in lower case here."""
    kakao = Kakao(parts)
    alimtalk, brand = "/alimtalk/v2.3/appkeys/{app_key}", "/brand-message/v1.0/appkeys/{app_key}"
    app.add_route(f"{alimtalk}/messages", Alimtalk(kakao))
    app.add_route(f"{alimtalk}/messages/{{request_id}}", Cancelling(kakao, "alimtalk"))
    app.add_route(f"{brand}/freestyle-messages", kakao, suffix="brand")
    app.add_route(f"{brand}/basic-messages", kakao, suffix="basic")
    app.add_route(f"{brand}/images", nhn_bubbles.Pictures(parts, kakao.admit))
    app.add_route(f"{brand}/messages", BrandList(kakao))
    app.add_route(f"{brand}/messages/{{request_id}}", Cancelling(kakao, "brand"))
    return kakao


class Alimtalk:
    """Sending and listing share a path."""

    def __init__(self, kakao: Kakao) -> None:
        self._kakao = kakao

    def on_post(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Send."""
        self._kakao.on_post_alimtalk(req, resp, app_key)

    def on_get(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """List."""
        self._kakao.list_of(req, resp, app_key, "alimtalk")


class BrandList:
    """The list of brand messages."""

    def __init__(self, kakao: Kakao) -> None:
        self._kakao = kakao

    def on_get(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """List."""
        self._kakao.list_of(req, resp, app_key, "brand")


class Cancelling:
    """One request, to cancel it."""

    def __init__(self, kakao: Kakao, route: str) -> None:
        self._kakao = kakao
        self._route = route

    def on_delete(self, req: falcon.Request, resp: falcon.Response, app_key: str, request_id: str) -> None:
        """Cancel."""
        self._kakao.cancel(req, resp, app_key, self._route, request_id)
