"""NHN Cloud SMS v3.0: sending, lists, results by time, reservations, attachments, 080 refusals, senders."""

import base64
import binascii
import json
import random
import re
import sqlite3
from typing import Any

import falcon

from infra.simulator import accounts, network
from infra.simulator import nhn_wire as wire
from infra.simulator.accounts import Account
from infra.simulator.ids import now_ms
from infra.simulator.network import Parcel
from infra.simulator.nhn_wire import NhnRefusal
from infra.simulator.outcomes import CANCELLED, PENDING
from infra.simulator.parts import Parts

_NUMBER = re.compile(r"0\d{8,11}")
_EMOJI = re.compile("[\U00010000-\U0010ffff\u2600-\u27bf\ufe0f]")
_AD_END = re.compile(r"무료\s*(?:수신)?\s*거부\s*(080[-\d]{7,10})\s*$")
_LIMITS = {"sms": 255, "mms": 4000}
_TITLE, _ATTACHMENTS, _IMAGE_BYTES = 120, 3, 300 * 1024
_PRICES = {"SMS": 10, "LMS": 28, "MMS": 60}
_JPEG = b"\xff\xd8\xff"
_DAY_MS = 24 * 3600 * 1000
_LIST = """
FROM messages WHERE account = :account AND direction = 'out' AND message_id LIKE :route
    AND (:request IS NULL OR group_id = :request)
    AND (:begins IS NULL OR (created_at BETWEEN :begins AND :ends))
"""


class Texts:
    """The SMS product of every account."""

    def __init__(self, parts: Parts) -> None:
        self._store = parts.store
        self._parts = parts

    def admit(self, req: falcon.Request, app_key: str) -> Account:
        """The account of an app key, when the secret key is its. Raises NhnRefusal."""
        account = accounts.find(self._store.read(), app_key)
        if account is None or account.carrier != "nhn":
            raise NhnRefusal(-1001)
        # Which code a wrong secret key gets is not documented for SMS.
        if req.get_header("X-Secret-Key") != account.api_secret:
            raise NhnRefusal(-1000)
        return account

    def on_post_send(self, req: falcon.Request, resp: falcon.Response, app_key: str, kind: str) -> None:
        """POST /sender/{sms,mms,ad-sms,ad-mms}."""
        account = self.admit(req, app_key)
        self._parts.gate.enter(req, account.api_key)
        body = wire.json_body(req)
        request_id = wire.new_request_id()
        parcels = self._check(account, kind, body, request_id)
        self._parts.gate.pace(account, len(parcels))
        with self._store.write() as connection:
            network.take(connection, account, request_id, now_ms(), parcels)
        self._parts.engine.wake()
        data = {
            "requestId": request_id,
            "statusCode": "2",
            "senderGroupingKey": body.get("senderGroupingKey"),
            "sendResultList": [_result(parcel) for parcel in parcels],
        }
        self._parts.gate.leave(req, resp, account.api_key, wire.encode({"body": {"data": data}}))

    def _check(self, account: Account, kind: str, body: dict[str, Any], request_id: str) -> list[Parcel]:
        listed = wire.recipients(body, empty=-2001, too_many=-2016)
        text, title = _checked_text(kind, body)
        images = self._images(account, kind, body)
        sender = body.get("sendNo")
        if sender not in account.senders:
            raise NhnRefusal(-2312)
        if kind.startswith("ad-"):
            _check_advertising(account, text)
        send_at = wire.request_time(body.get("requestDate"), past=-2022, malformed=-2000, too_far=4, days=60)
        shown = "SMS" if kind.endswith("sms") else "MMS" if images else "LMS"
        connection = self._store.read()
        if _PRICES[shown] * len(listed) > accounts.balance(connection, account.api_key):
            raise NhnRefusal(-2052)
        refused = network.opted_out(connection, account.api_key)
        common = {"peer": str(sender), "kind": shown, "text": text, "subject": title, "send_at": send_at}
        return [
            _parcel(f"{kind}:{request_id}", number, item, body, refused, image=images, **common)
            for number, item in enumerate(listed, 1)
        ]

    def _images(self, account: Account, kind: str, body: dict[str, Any]) -> str | None:
        ids = body.get("attachFileIdList") or []
        if kind.endswith("sms") or not ids:
            return None
        if not isinstance(ids, list) or len(ids) > _ATTACHMENTS:
            raise NhnRefusal(4)
        connection = self._store.read()
        if not all(network.has_image(connection, account.api_key, str(each)) for each in ids):
            raise NhnRefusal(-2004)
        return str(ids[0])

    def on_get_send(self, req: falcon.Request, resp: falcon.Response, app_key: str, kind: str) -> None:
        """The list of what was sent, newest first."""
        account = self.admit(req, app_key)
        span = wire.window(req, ("RequestDate", "CreateDate"), missing=-2011, too_long=-4000)
        rows, total = self._rows(account, req, f"{kind}:%", req.get_param("requestId"), span)
        self._page(req, resp, [_item(row) for row in rows], total)

    def on_get_results(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Results by the time they changed, at most a day."""
        account = self.admit(req, app_key)
        begins = wire.parse_minute(req.get_param("startUpdateDate"))
        ends = wire.parse_minute(req.get_param("endUpdateDate"))
        if begins is None or ends is None:
            raise NhnRefusal(-2011)
        if ends - begins > _DAY_MS:
            raise NhnRefusal(-4000)
        rows = self._store.read().execute(
            "SELECT * FROM messages WHERE account = ? AND direction = 'out' AND updated_at BETWEEN ? AND ? "
            "AND kakao IS NULL AND settled_at IS NOT NULL ORDER BY seq DESC",
            (account.api_key, begins, ends + 59_999),
        )
        items = [_item(row) for row in rows]
        number, size = wire.paging(req)
        self._page(req, resp, items[(number - 1) * size : number * size], len(items))

    def _rows(
        self,
        account: Account,
        req: falcon.Request,
        route: str,
        request: str | None,
        span: tuple[int, int] | None,
    ) -> tuple[list[sqlite3.Row], int]:
        return find(self._store.read(), account.api_key, req, route, request, span)

    def on_put_cancel(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Cancel reserved messages; the answer says only how many."""
        account = self.admit(req, app_key)
        wanted = wire.json_body(req).get("reservationList")
        if not isinstance(wanted, list) or not all(isinstance(each, dict) for each in wanted):
            raise NhnRefusal(-2011)
        ids = [
            f"{kind}:{each.get('requestId')}:{each.get('recipientSeq')}"
            for each in wanted
            for kind in ("sms", "mms", "ad-sms", "ad-mms")
        ]
        cancelled = network.cancel(self._store, account, ids)
        data = {"requestedCount": len(wanted), "canceledCount": len(cancelled)}
        resp.data = wire.encode({"body": {"data": data}})

    def on_post_attachment(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """A picture for MMS in base64."""
        account = self.admit(req, app_key)
        body = wire.json_body(req)
        name, content = _attachment(body)
        file_id = random.randrange(10**6, 10**9)  # noqa: S311
        network.keep_image(self._store, account, str(file_id), name, content, now_ms() + 7 * _DAY_MS)
        data = {"fileId": file_id, "fileName": name, "filePath": f"/mt/{file_id}"}
        resp.data = wire.encode({"body": {"data": data}})

    def on_get_numbers(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Sender numbers."""
        account = self.admit(req, app_key)
        items = [{"sendNo": each, "useYn": "Y", "blockYn": "N"} for each in account.senders]
        self._page(req, resp, items, len(items))

    def on_get_unsubscribe(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """The account's 080 numbers."""
        number = self.admit(req, app_key).credentials.get("unsubscribe_no")
        items = [{"unsubscribeNo": number, "status": "USED", "shareType": "MASTER"}] if number else []
        self._page(req, resp, items, len(items))

    def on_get_refusals(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Who called an 080 number."""
        account = self.admit(req, app_key)
        number = account.credentials.get("unsubscribe_no")
        if number is None:
            raise NhnRefusal(-6000)
        if req.get_param("unsubscribeNo") != number:
            raise NhnRefusal(-6004)
        rows = network.refusals_since(self._store.read(), account.api_key)
        items = [
            {"unsubscribeNo": number, "recipientNo": row["phone"], "requestDate": wire.korean(row["at"])}
            for row in rows
        ]
        self._page(req, resp, items, len(items))

    def _page(self, req: falcon.Request, resp: falcon.Response, items: list[Any], total: int) -> None:
        number, size = wire.paging(req)
        page = {"pageNum": number, "pageSize": size, "totalCount": total, "data": items}
        resp.data = wire.encode({"body": page})


def find(
    connection: sqlite3.Connection,
    api_key: str,
    req: falcon.Request,
    route: str,
    request: str | None,
    span: tuple[int, int] | None,
) -> tuple[list[sqlite3.Row], int]:
    """A page of an account's messages of a route, newest first, and how many there are."""
    number, size = wire.paging(req)
    values = {"account": api_key, "route": route, "request": request, "size": size}
    values |= {"begins": span[0] if span else None, "ends": span[1] if span else None}
    total = connection.execute(f"SELECT count(*) {_LIST}", values).fetchone()[0]
    rows = connection.execute(
        f"SELECT * {_LIST} ORDER BY created_at DESC, seq DESC LIMIT :size OFFSET :skip",
        {**values, "skip": (number - 1) * size},
    ).fetchall()
    return rows, total


def _checked_text(kind: str, body: dict[str, Any]) -> tuple[str, str | None]:
    text, title = body.get("body"), body.get("title")
    long = kind.endswith("mms")
    if not isinstance(text, str) or not text or (long and not title):
        raise NhnRefusal(-2014)
    if len(text) > _LIMITS[kind[-3:]] or (long and len(str(title)) > _TITLE):
        raise NhnRefusal(-2015)
    if _EMOJI.search(text) or (long and _EMOJI.search(str(title))):
        raise NhnRefusal(-2023)
    # What EUC-KR has no place for arrives as a question mark.
    shown = text.encode("cp949", "replace").decode("cp949")
    return shown, str(title) if long else None


def _check_advertising(account: Account, text: str) -> None:
    number = account.credentials.get("unsubscribe_no")
    if number is None:
        raise NhnRefusal(-6000)
    end = _AD_END.search(text)
    if not text.startswith("(광고)") or end is None:
        raise NhnRefusal(-6003)
    if end.group(1).replace("-", "") != number.replace("-", ""):
        raise NhnRefusal(-6004)


def _parcel(
    place: str,
    number: int,
    item: dict[str, Any],
    body: dict[str, Any],
    refused: frozenset[str],
    *,
    image: str | None,
    **common: Any,
) -> Parcel:
    to = item.get("recipientNo")
    reference = wire.grouping_key(item, "recipientGroupingKey")
    code = _recipient_code(to, refused)
    return Parcel(
        message_id=f"{place}:{number}",
        to=str(to or ""),
        code=str(code or "2000"),
        image_id=image,
        custom={
            "recipientGroupingKey": reference,
            "senderGroupingKey": wire.grouping_key(body, "senderGroupingKey"),
        },
        reference=reference,
        price=_PRICES[common["kind"]],
        **common,
    )


def _recipient_code(to: object, refused: frozenset[str]) -> int:
    if not to:
        return -2018
    if not isinstance(to, str) or not _NUMBER.fullmatch(to):
        return -2019
    return -6001 if network.refuses(to, refused) else 0


def _result(parcel: Parcel) -> dict[str, Any]:
    return {
        "recipientNo": parcel.to,
        "resultCode": 0 if parcel.accepted else int(parcel.code),
        "resultMessage": "SUCCESS" if parcel.accepted else "FAIL",
        "recipientSeq": int(parcel.message_id.rpartition(":")[2]),
        "recipientGroupingKey": parcel.custom["recipientGroupingKey"],
    }


def _attachment(body: dict[str, Any]) -> tuple[str, bytes]:
    name = body.get("fileName")
    if not isinstance(name, str) or not 1 <= len(name) <= 45:
        raise NhnRefusal(-2002)
    if not name.lower().endswith((".jpg", ".jpeg")):
        raise NhnRefusal(-2003)
    try:
        content = base64.b64decode(str(body.get("fileBody") or ""), validate=True)
    except (binascii.Error, ValueError):
        raise NhnRefusal(-2009) from None
    if not content or len(content) > _IMAGE_BYTES:
        raise NhnRefusal(-2005)
    if not content.startswith(_JPEG):
        raise NhnRefusal(-2003)
    return name, content


def status_of(row: sqlite3.Row) -> str:
    """`msgStatus`: 0 failed, 1 requested, 2 under way, 3 arrived, 4 cancelled."""
    code = row["code"]
    if code in PENDING:
        return "1" if code == "2000" else "2"
    return "4" if code == CANCELLED else "3" if code == "4000" else "0"


def _item(row: sqlite3.Row) -> dict[str, Any]:
    custom = json.loads(row["custom"])
    code = wire.text_code(row["code"])
    return {
        "requestId": row["group_id"],
        "requestDate": wire.korean(row["send_at"] or row["created_at"]),
        "resultDate": wire.korean(row["settled_at"]),
        "body": row["text"],
        "title": row["subject"],
        "sendNo": row["peer"],
        "countryCode": "82",
        "recipientNo": row["phone"],
        "msgStatus": status_of(row),
        "resultCode": code,
        "telecomCode": 10001,
        "recipientSeq": int(row["message_id"].rpartition(":")[2]),
        "sendType": "0" if row["type"] == "SMS" else "1",
        "messageType": row["type"],
        "messageCount": 1,
        "adYn": "Y" if row["message_id"].startswith("ad-") else "N",
        "senderGroupingKey": custom.get("senderGroupingKey"),
        "recipientGroupingKey": custom.get("recipientGroupingKey"),
    }


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> None:
    """The paths of the SMS product; its `appKeys` has a capital K."""
    texts, base = Texts(parts), "/sms/v3.0/appKeys/{app_key}"
    for path, suffix in _PATHS.items():
        app.add_route(base + path, texts, suffix=suffix)
    for kind in ("sms", "mms", "ad-sms", "ad-mms"):
        app.add_route(f"{base}/sender/{kind}", Sender(texts, kind))


class Sender:
    """One of the four sending paths."""

    def __init__(self, texts: Texts, kind: str) -> None:
        self._texts = texts
        self._kind = kind

    def on_post(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """Send."""
        self._texts.on_post_send(req, resp, app_key, self._kind)

    def on_get(self, req: falcon.Request, resp: falcon.Response, app_key: str) -> None:
        """List."""
        self._texts.on_get_send(req, resp, app_key, self._kind)


_PATHS = {
    "/message-results": "results",
    "/reservations/cancel": "cancel",
    "/attachfile/binaryUpload": "attachment",
    "/sendNos": "numbers",
    "/blockservice/unsubscribe-nos": "unsubscribe",
    "/blockservice/recipients": "refusals",
}
