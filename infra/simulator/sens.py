"""SENS's HTTP API: texts, Alimtalk and brand messages, reservations, pictures and refusals."""

import base64
import binascii
import hashlib
import hmac
import json
import re
import uuid
from typing import Any
from urllib.parse import parse_qsl

import falcon

from infra.simulator import accounts, network, sens_checks, sens_listing, seoul
from infra.simulator.accounts import Account, Template
from infra.simulator.bubbles import takes_picture
from infra.simulator.ids import now_ms
from infra.simulator.parts import Parts
from infra.simulator.sens_errors import Refusal, Turned

_WINDOW_MS = 5 * 60 * 1000
_APIS = {"sms": "sms", "alimtalk": "alimtalk", "brandmessage": "brand"}
_PREFIXES = {"sms": "RSSA", "alimtalk": "RKAA", "brand": "RKBA"}
_FILE_NAME = re.compile(r".{1,36}\.jpe?g", re.IGNORECASE)
_MOST_FILE_BYTES = 300 * 1024
_FILE_KEPT_MS = 6 * 24 * 3600 * 1000
_IMAGE_TYPES = {"BASIC": "IMAGE", "WIDE": "WIDE"}
_IMAGE_KEPT_MS = 365 * 24 * 3600 * 1000
_MOST_REFUSALS = 1000
_INSPECTIONS = {"PENDING": "REGISTER", "INSPECTING": "INSPECT", "REJECTED": "REJECT"}


class Door:
    """The API gateway: who signed a call, and whether the service is theirs."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def admit(self, req: falcon.Request, service: str, api: str) -> Account:
        """The account that signed the request. Raises Turned."""
        stamp = req.get_header("x-ncp-apigw-timestamp") or ""
        access_key = req.get_header("x-ncp-iam-access-key") or ""
        account = accounts.find(self._parts.store.read(), access_key)
        if account is None or account.carrier != "sens" or not stamp.isdecimal():
            raise Turned(401, "200", "Authentication Failed")
        if abs(now_ms() - int(stamp)) > _WINDOW_MS:
            raise Turned(401, "200", "Authentication Failed")
        wanted = _signature(req.method, _raw_uri(req), stamp, account)
        given = req.get_header("x-ncp-apigw-signature-v2") or ""
        if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
            raise Turned(401, "200", "Authentication Failed")
        own = "sms_service" if api == "sms" else "kakao_service"
        if account.credentials.get(own) != service:
            raise Turned(403, "210", "Permission Denied")
        return account


def _signature(method: str, uri: str, stamp: str, account: Account) -> str:
    message = f"{method} {uri}\n{stamp}\n{account.api_key}".encode()
    digest = hmac.new(account.api_secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _raw_uri(req: falcon.Request) -> str:
    """Path and query as they came, which is what is signed."""
    return str(req.env.get("RAW_URI") or req.relative_uri)


class Messages:
    """Sending and looking up, for one of the three APIs."""

    def __init__(self, parts: Parts, door: Door, api: str) -> None:
        self._parts = parts
        self._door = door
        self._api = api

    def on_post(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """Up to 100 messages: taken with 202, or refused as a whole."""
        account = self._door.admit(req, service, self._api)
        self._parts.gate.enter(req, account.api_key)
        body = _json(req)
        if self._api == "sms":
            parcels = sens_checks.texts(self._parts.store, account, body)
        else:
            parcels = sens_checks.kakao(self._parts.store, account, self._api, body)
        self._parts.gate.pace(account, len(parcels))
        at = now_ms()
        request_id = sens_checks.request_id(_PREFIXES[self._api], at)
        with self._parts.store.write() as connection:
            network.take(connection, account, request_id, at, parcels)
        self._parts.engine.wake()
        resp.status = falcon.HTTP_202
        answer = _accepted(self._api, request_id, at, parcels)
        self._parts.gate.leave(req, resp, account.api_key, json.dumps(answer, ensure_ascii=False).encode())

    def on_get(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """A page of what was taken."""
        account = self._door.admit(req, service, self._api)
        query = dict(parse_qsl(req.query_string))
        connection = self._parts.store.read()
        resp.media = sens_listing.find(connection, account.api_key, self._api, query, now_ms())

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, service: str, message_id: str) -> None:
        """One message with its text."""
        account = self._door.admit(req, service, self._api)
        row = (
            self._parts.store.read()
            .execute(
                "SELECT * FROM messages WHERE account = ? AND message_id = ?", (account.api_key, message_id)
            )
            .fetchone()
        )
        if row is None:
            raise Refusal(404)
        resp.media = sens_listing.detail(row, self._api)

    def on_get_reservation(
        self, req: falcon.Request, resp: falcon.Response, service: str, reserve_id: str
    ) -> None:
        """What became of a reservation; its id is the request's."""
        account = self._door.admit(req, service, self._api)
        rows = self._reserved(account, reserve_id)
        resp.media = {
            "reserveId": reserve_id,
            "reserveTimeZone": "Asia/Seoul",
            "reserveTime": seoul.written(rows[0]["send_at"], "%Y-%m-%d %H:%M"),
            "reserveStatus": sens_listing.reserve_status(rows, now_ms()),
        }

    def on_delete_reserved(
        self, req: falcon.Request, resp: falcon.Response, service: str, reserve_id: str
    ) -> None:
        """Cancel a request whose time has not come."""
        account = self._door.admit(req, service, self._api)
        ids = [row["message_id"] for row in self._reserved(account, reserve_id)]
        if not network.cancel(self._parts.store, account, ids):
            raise Refusal(400, "취소할 수 없는 예약입니다.")
        resp.status = falcon.HTTP_204

    def _reserved(self, account: Account, reserve_id: str) -> list[Any]:
        rows = (
            self._parts.store.read()
            .execute(
                "SELECT * FROM messages WHERE account = ? AND group_id = ? AND send_at IS NOT NULL",
                (account.api_key, reserve_id),
            )
            .fetchall()
        )
        if not rows:
            raise Refusal(404)
        return rows


def _accepted(api: str, request_id: str, at: int, parcels: list[network.Parcel]) -> dict[str, Any]:
    reserved = parcels[0].send_at is not None
    answer: dict[str, Any] = {
        "requestId": request_id,
        "requestTime": seoul.written(at, "%Y-%m-%dT%H:%M:%S.%f")[:-3],
        "statusCode": "202",
        "statusName": "reserved" if reserved else "success" if api == "sms" else "processing",
    }
    if api != "sms":
        answer["messages"] = [_accepted_kakao(parcel) for parcel in parcels]
    return answer


def _accepted_kakao(parcel: network.Parcel) -> dict[str, Any]:
    return {
        "messageId": parcel.message_id,
        "countryCode": "82",
        "to": parcel.to,
        "content": parcel.text,
        "requestStatusCode": "A000",
        "requestStatusName": "success",
        "requestStatusDesc": "성공",
        "useSmsFailover": False,
    }


class Console:
    """Pictures, refusals, channels and templates."""

    def __init__(self, parts: Parts, door: Door) -> None:
        self._parts = parts
        self._door = door

    def on_post_files(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """A JPEG in Base64, kept for six days."""
        account = self._door.admit(req, service, "sms")
        body = _json(req)
        name = body.get("fileName")
        if not isinstance(name, str) or not _FILE_NAME.fullmatch(name):
            raise Refusal(400, "fileName: 값이 올바르지 않습니다.")
        jpeg = _decoded(body.get("fileBody"))
        at, file_id = now_ms(), str(uuid.uuid4())
        expires = at + _FILE_KEPT_MS
        network.keep_image(self._parts.store, account, file_id, name, jpeg, expires)
        form = "%Y-%m-%dT%H:%M:%S"
        resp.media = {
            "fileId": file_id,
            "createTime": seoul.written(at, form),
            "expireTime": seoul.written(expires, form),
        }

    def on_post_images(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """A picture for brand messages, as a form: `imageFile` and `imageType`; kept for a year."""
        account = self._door.admit(req, service, "brand")
        try:
            parts = {part.name: (part.filename, part.get_data()) for part in req.get_media()}
        except falcon.HTTPError:
            raise Refusal(400, "multipart/form-data가 아닙니다.") from None
        name, content = parts.get("imageFile", ("", b""))
        kind = parts.get("imageType", ("", b""))[1].decode("utf-8", "replace")
        if kind not in _IMAGE_TYPES or not takes_picture(content, _IMAGE_TYPES[kind]):
            raise Refusal(400, "imageFile: 값이 올바르지 않습니다.")
        image_id, ends = str(uuid.uuid4()), now_ms() + _IMAGE_KEPT_MS
        network.keep_image(self._parts.store, account, image_id, str(name), content, ends, _IMAGE_TYPES[kind])
        address = f"https://mud-kage.kakao.com/dn/{image_id}/img_l.jpg"
        resp.media = {"imageId": image_id, "imageUrl": address, "imageType": kind, "imageName": name}

    def on_get_refusals(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """Who called the 080 number, newest first."""
        account = self._door.admit(req, service, "sms")
        query = dict(parse_qsl(req.query_string))
        since = int(query.get("startTime", "0"))
        size, index = int(query.get("pageSize", "100")), int(query.get("pageIndex", "0"))
        rows = network.refusals_since(self._parts.store.read(), account.api_key, since)
        page = rows[index * size : (index + 1) * size]
        if not rows:
            raise Refusal(404)
        resp.media = [
            {"clientTelNo": row["phone"], "registerType": "C", "registerTime": row["at"]} for row in page
        ]

    def on_post_refusals(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """Numbers that staff type in."""
        account = self._door.admit(req, service, "sms")
        with self._parts.store.write() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO opt_outs VALUES (?, ?, ?)",
                [(account.api_key, number, now_ms()) for number in _numbers(req)],
            )
        resp.status = falcon.HTTP_201

    def on_delete_refusals(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """Take refusals back."""
        account = self._door.admit(req, service, "sms")
        with self._parts.store.write() as connection:
            connection.executemany(
                "DELETE FROM opt_outs WHERE account = ? AND phone = ?",
                [(account.api_key, number) for number in _numbers(req)],
            )
        resp.status = falcon.HTTP_204

    def on_get_channels(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """Kakao channels."""
        account = self._door.admit(req, service, "alimtalk")
        resp.media = [
            {"channelId": each, "channelName": each, "channelStatus": "ACTIVE", "useSmsFailover": False}
            for each in account.channels
        ]

    def on_get_templates(self, req: falcon.Request, resp: falcon.Response, service: str) -> None:
        """Alimtalk templates of a channel."""
        account = self._door.admit(req, service, "alimtalk")
        channel = req.get_param("channelId")
        if channel not in account.channels:
            raise Refusal(400, "channelId: 값이 올바르지 않습니다.")
        size = req.get_param_as_int("pageSize", min_value=1, max_value=100, default=100)
        start = size * req.get_param_as_int("pageIndex", default=0)
        own = [each for each in account.templates.values() if each.channel in ("", channel)]
        resp.media = [_template(each, str(channel)) for each in own[start : start + size]]


def _template(template: Template, channel: str) -> dict[str, Any]:
    names = {"buttonName": "name", "buttonType": "type", "linkMo": "linkMobile", "linkPc": "linkPc"}
    comment = [{"content": template.comment}] if template.comment else []
    return {
        "channelId": channel,
        "templateCode": template.template_id,
        "templateName": template.name,
        "content": template.content,
        "comments": comment,
        "templateInspectionStatus": _INSPECTIONS.get(template.status, "COMPLETE"),
        "templateStatus": "STOP" if template.status == "STOPPED" else "ACTIVE",
        "buttons": [{names.get(k, k): v for k, v in button.items()} for button in template.buttons],
    }


def _decoded(value: object) -> bytes:
    try:
        jpeg = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except binascii.Error:
        jpeg = b""
    if not jpeg.startswith(b"\xff\xd8") or len(jpeg) > _MOST_FILE_BYTES:
        raise Refusal(400, "fileBody: 값이 올바르지 않습니다.")
    return jpeg


def _numbers(req: falcon.Request) -> list[str]:
    items = _loaded(req)
    if not isinstance(items, list) or not 1 <= len(items) <= _MOST_REFUSALS:
        raise Refusal(400, "1~1,000건이어야 합니다.")
    numbers = [each.get("clientTelNo") if isinstance(each, dict) else None for each in items]
    if not all(isinstance(each, str) and each.isdecimal() for each in numbers):
        raise Refusal(400, "clientTelNo: 값이 올바르지 않습니다.")
    return [str(each) for each in numbers]


def _json(req: falcon.Request) -> dict[str, Any]:
    body = _loaded(req)
    if not isinstance(body, dict):
        raise Refusal(400, "JSON 객체가 아닙니다.")
    return body


def _loaded(req: falcon.Request) -> Any:
    try:
        return json.loads(req.bounded_stream.read())
    except (ValueError, RecursionError):
        raise Refusal(400, "JSON 형식이 아닙니다.") from None


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> None:
    """The three APIs at the server's root."""
    door = Door(parts)
    for path, api in _APIS.items():
        base, messages = f"/{path}/v2/services/{{service}}", Messages(parts, door, api)
        app.add_route(f"{base}/messages", messages)
        app.add_route(f"{base}/messages/{{message_id}}", messages, suffix="one")
        reservation = f"{base}/reservations/{{reserve_id}}"
        app.add_route(f"{reservation}/reserve-status", messages, suffix="reservation")
        app.add_route(reservation, messages, suffix="reserved")
    console = Console(parts, door)
    app.add_route("/sms/v2/services/{service}/files", console, suffix="files")
    app.add_route("/brandmessage/v2/services/{service}/images", console, suffix="images")
    app.add_route("/sms/v2/services/{service}/unsubscribes", console, suffix="refusals")
    app.add_route("/alimtalk/v2/services/{service}/channels", console, suffix="channels")
    app.add_route("/alimtalk/v2/services/{service}/templates", console, suffix="templates")
