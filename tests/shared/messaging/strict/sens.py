"""A strict Naver Cloud SENS v2, from its documents: signature over the request line, lists, results."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from tests.shared.messaging.strict.serving import Asked, Carrier, Reply, as_json

SEOUL = ZoneInfo("Asia/Seoul")
_PATH = re.compile(r"(?:/own)?/(sms|alimtalk|brandmessage)/v2/services/([^/]+)(/.+)")
_TEXT = {
    *("type", "contentType", "countryCode", "from", "subject", "content", "messages", "files"),
    *("reserveTime", "reserveTimeZone"),
}
_KAKAO = {"plusFriendId", "templateCode", "messages", "reserveTime", "reserveTimeZone"}
_KAKAO_TO = {
    *("countryCode", "to", "title", "content", "headerContent", "itemHighlight", "item", "buttons"),
    *("useSmsFailover", "failoverConfig"),
}
_BUTTON = {"type", "name", "linkMobile", "linkPc", "schemeIos", "schemeAndroid"}
_MOST_BYTES = {"SMS": 90, "LMS": 2000, "MMS": 2000}


class Refused(Exception):
    def __init__(self, status: int, what: str) -> None:
        super().__init__(status)
        self.reply = as_json({"status": status, "error": what, "message": "…"}, status)


def now() -> datetime:
    return datetime.now(SEOUL)


@dataclass
class StrictSens(Carrier):
    """One access key with two services. `fate` is (status, statusCode, statusName) of a text to a number, or
    (messageStatusCode, messageStatusName) of a Kakao message; `bare` lists leave it to the single question.
    """

    access: str = "ACCESSKEY0123456789A"
    secret: str = "SECRETKEY0123456789012345678901234567890"
    services: tuple[str, str] = ("ncp:sms:kr:123456789012:demo", "ncp:kkobizmsg:kr:123456789012:demo")
    senders: tuple[str, ...] = ("0212345678",)
    templates: dict[str, str] = field(default_factory=dict)
    fate: dict[str, Any] = field(default_factory=dict)
    bare: bool = False
    named: str = ""
    unfiltered: bool = False
    writes: tzinfo = SEOUL
    empty: Reply | None = None
    refused: dict[str, str] = field(default_factory=dict)
    taken: list[dict[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    reserved: dict[str, str] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        try:
            self._authorise(asked)
            matched = _PATH.fullmatch(asked.path)
            if matched is None or unquote(matched[2]) != self.services[0 if matched[1] == "sms" else 1]:
                raise Refused(403, "Forbidden")
            api, path = matched[1], matched[3]
            if (asked.method, path) == ("POST", "/messages"):
                return self._send(api, asked)
            if (asked.method, api, path) == ("POST", "sms", "/files"):
                return self._store(json.loads(asked.body))
            if path.startswith("/reservations/"):
                return self._reservation(asked, path)
            if asked.method == "GET" and path.startswith("/messages"):
                return self._told(api, path.removeprefix("/messages"), asked.query)
            if asked.method == "GET" and path == "/unsubscribes":
                refused = {
                    "clientTelNo": "01055556666",
                    "registerTime": "2026-05-01T09:00:00",
                    "registerType": "C",
                }
                return as_json([refused])
            raise Refused(404, "Not Found")
        except Refused as refused_it:
            return refused_it.reply

    def written(self) -> str:
        return f"{now().astimezone(self.writes):%Y-%m-%dT%H:%M:%S.%f}"

    def cancelled(self) -> list[str]:
        return [row["to"] for row in self.taken if self.reserved.get(row["requestId"]) == "CANCELED"]

    def _reservation(self, asked: Asked, path: str) -> Reply:
        request = unquote(path.split("/")[2])
        if self.reserved.get(request) is None:
            raise Refused(404, "Not Found")
        if asked.method == "GET" and path.endswith("/reserve-status"):
            told = {
                "reserveId": request,
                "reserveTimeZone": "Asia/Seoul",
                "reserveStatus": self.reserved[request],
            }
            return as_json(told)
        if asked.method != "DELETE" or self.reserved[request] != "READY":
            raise Refused(400, "Bad Request")
        self.reserved[request] = "CANCELED"
        return Reply(204)

    def numbers(self) -> list[str]:
        return [row["to"] for row in self.taken]

    def _authorise(self, asked: Asked) -> None:
        stamp, key = asked.header("x-ncp-apigw-timestamp"), asked.header("x-ncp-iam-access-key")
        if not re.fullmatch(r"\d{13}", stamp) or abs(now().timestamp() * 1000 - int(stamp)) > 300_000:
            raise Refused(401, "Unauthorized")
        signed = f"{asked.method} {asked.target}\n{stamp}\n{self.access}"
        mine = base64.b64encode(
            hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).digest()
        ).decode()
        if key != self.access or asked.header("x-ncp-apigw-signature-v2") != mine:
            raise Refused(401, "Unauthorized")

    def _store(self, body: Mapping[str, Any]) -> Reply:
        name, picture = body["fileName"], base64.b64decode(body["fileBody"], validate=True)
        if set(body) != {"fileName", "fileBody"} or len(name) > 40 or not name.endswith(".jpg"):
            raise Refused(400, "Bad Request")
        if len(picture) > 300 * 1024:
            raise Refused(400, "Bad Request")
        self.files.append(f"file-{len(self.files)}")
        times = {
            "createTime": f"{now():%Y-%m-%dT%H:%M:%S}",
            "expireTime": f"{now() + timedelta(6):%Y-%m-%dT%H:%M:%S}",
        }
        return as_json({"fileId": self.files[-1], **({} if self.bare else times)})

    def _send(self, api: str, asked: Asked) -> Reply:
        if asked.header("Content-Type").partition(";")[0] != "application/json":
            raise Refused(400, "Bad Request")
        body = json.loads(asked.body.decode("utf-8"))
        if not 1 <= len(body.get("messages", [])) <= 100:
            raise Refused(400, "Bad Request")
        if "reserveTime" in body:
            datetime.strptime(body["reserveTime"], "%Y-%m-%d %H:%M").replace(tzinfo=SEOUL)
        if any(not re.fullmatch(r"01\d{8,9}", each.get("to", "")) for each in body["messages"]):
            raise Refused(400, "Bad Request")
        (self._check_text if api == "sms" else self._check_kakao)(api, body)
        return self._take(api, body)

    def _check_text(self, api: str, body: Mapping[str, Any]) -> None:
        strange = set(body) - _TEXT
        strange |= {name for each in body["messages"] for name in each} - {"to", "subject", "content"}
        if strange:
            self.complaints.append(f"unknown fields {strange}")
        if body.get("type") not in _MOST_BYTES or body.get("contentType", "COMM") not in ("COMM", "AD"):
            raise Refused(400, "Bad Request")
        if body.get("from") not in self.senders or not body.get("content"):
            raise Refused(400, "Bad Request")
        texts = [each.get("content", body["content"]) for each in body["messages"]]
        if any(len(text.encode("cp949")) > _MOST_BYTES[body["type"]] for text in texts):
            self.complaints.append("cut")
        if body["type"] == "MMS" and [each["fileId"] for each in body.get("files", [])] != self.files[-1:]:
            self.complaints.append("sent as an LMS")

    def _check_kakao(self, api: str, body: Mapping[str, Any]) -> None:
        own = {"messageType", "targeting"} if api == "brandmessage" else set()
        strange = set(body) - _KAKAO - own
        strange |= (
            {name for each in body["messages"] for name in each} - _KAKAO_TO - {"templateParameters", "image"}
        )
        strange |= {
            n for each in body["messages"] for button in each.get("buttons", []) for n in button
        } - _BUTTON
        if strange:
            self.complaints.append(f"unknown fields {strange}")
        if not str(body.get("plusFriendId")).startswith("@"):
            raise Refused(400, "Bad Request")
        for each in body["messages"]:
            if each.get("useSmsFailover", False) or "failoverConfig" in each:
                self.complaints.append("the carrier's own fallback")
            if "#{" in json.dumps(each, ensure_ascii=False):
                self.complaints.append("not the final text")

    def _take(self, api: str, body: Mapping[str, Any]) -> Reply:
        request_id = self.named or f"RSSA-{len(self.asked)}-{now():%H%M%S%f}"
        if "reserveTime" in body:
            self.reserved[request_id] = "READY"
        answers = []
        for number, each in enumerate(body["messages"]):
            code = self.refused.get(each["to"], "A000")
            message_id = f"{len(self.asked)}-{number}-aa724ca6"
            answers.append({"messageId": message_id, "to": each["to"], "countryCode": "82"})
            answers[-1] |= {
                "requestStatusCode": code,
                "requestStatusName": "success" if code == "A000" else "fail",
            }
            if code == "A000":
                own = {"requestId": request_id, "messageId": message_id, "requestTime": self.written()}
                text, kind = each.get("content", body.get("content")), body.get("type")
                said = {"to": each["to"], "countryCode": "82", "content": text, "api": api, "type": kind}
                self.taken.append(own | said | {"plusFriendId": body.get("plusFriendId"), "at": now()})
        told = {"requestId": request_id, "requestTime": f"{now():%Y-%m-%dT%H:%M:%S.%f}"}
        told |= {"statusCode": "202", "statusName": "success"}
        return as_json({**told, **({} if api == "sms" else {"messages": answers})}, 202)

    def _told(self, api: str, rest: str, query: Mapping[str, str]) -> Reply:
        if rest:
            one = [each for each in self.taken if each["messageId"] == rest[1:]]
            if not one:
                raise Refused(404, "Not Found")
            row = self._row(one[0], whole=True)
            return as_json(
                {"statusCode": "200", "statusName": "success", "messages": [row]} if api == "sms" else row
            )
        rows = [each for each in self.taken if each["api"] == api and self._asked_for(each, query)]
        if not rows:
            return self.empty or Refused(404, "Not Found").reply
        size, start = int(query.get("pageSize", "20")), int(query.get("nextToken", "0"))
        if not 1 <= size <= 100:
            raise Refused(400, "Bad Request")
        shown = [self._row(each, whole=not self.bare) for each in rows[start : start + size]]
        more = (
            {"nextToken": str(start + size), "hasMore": True}
            if start + size < len(rows)
            else {"hasMore": False}
        )
        return as_json({"messages": shown, "pageSize": size, **more})

    def _asked_for(self, row: Mapping[str, Any], query: Mapping[str, str]) -> bool:
        if row["requestId"] in self.reserved:
            return False
        if "requestId" in query:
            return self.unfiltered or bool(row["requestId"] == query["requestId"])
        try:
            begins, ends = (
                datetime.strptime(query[f"request{edge}Time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=SEOUL)
                for edge in ("Start", "End")
            )
        except (KeyError, ValueError):
            raise Refused(400, "Bad Request") from None
        if ends - begins > timedelta(days=30) or (row["api"] != "sms" and "plusFriendId" not in query):
            raise Refused(400, "Bad Request")
        ours = row["api"] == "sms" or row["plusFriendId"] == query["plusFriendId"]
        return ours and bool(begins <= row["at"] <= ends)

    def _row(self, taken: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
        names = ("requestId", "messageId", "requestTime", "countryCode", "to")
        row = {name: taken[name] for name in names}
        if not whole:
            return row
        row |= {"content": taken["content"], "completeTime": f"{taken['at']:%Y-%m-%dT%H:%M:%S}"}
        if taken["api"] != "sms":
            code, name = self.fate.get(taken["to"], ("0000", "success"))
            told = {"requestStatusCode": "A000", "messageStatusCode": code}
            return {**row, **told, **({} if name is None else {"messageStatusName": name})}
        status, code, name = self.fate.get(taken["to"], ("COMPLETED", "0", "success"))
        told = {
            "status": status,
            "statusCode": code,
            "statusMessage": "…",
            "telcoCode": "SKT",
            "contentType": "COMM",
        }
        return {**row, **told, **({} if name is None else {"statusName": name})}
