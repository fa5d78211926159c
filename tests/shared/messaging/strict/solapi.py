"""A strict SOLAPI v4, from its document: who may ask, what a message is, what the answers look like."""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.shared.messaging.strict.serving import Asked, Carrier, Reply, as_json

_BODY = {"messages", "scheduledDate", "showMessageList", "strict", "agent", "allowDuplicates"}
_MESSAGE = {
    *("to", "from", "text", "subject", "type", "autoTypeDetect", "imageId", "country", "customFields"),
    *("kakaoOptions", "rcsOptions", "naverOptions", "faxOptions", "voiceOptions"),
}
_KAKAO = {"pfId", "templateId", "variables", "disableSms", "adFlag", "imageId", "buttons", "bms"}
_BUTTON = {"buttonName", "buttonType", "linkMo", "linkPc", "linkAnd", "linkIos"}
_MOST_BYTES = {"SMS": 90, "LMS": 2000, "MMS": 2000}
_MOST_CHARACTERS = {"ATA": 1000}
_VARIABLE = re.compile(r"#\{[^{}.]+\}")


class Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.reply = as_json({"errorCode": code, "errorMessage": "…"}, status)


@dataclass
class StrictSolapi(Carrier):
    """One account. `fate` is the status code of a number's messages, in reports and lists (else 4000)."""

    key: str = "NCSTESTKEY000001"
    secret: str = "TESTSECRET0123456789TESTSECRET01"
    senders: tuple[str, ...] = ("0212345678",)
    templates: dict[str, str] = field(default_factory=dict)
    page: int = 500
    fate: dict[str, str] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    shows_list: bool = True
    wants_from: bool = False
    files: list[str] = field(default_factory=list)
    reserved: set[str] = field(default_factory=set)
    given_up: set[str] = field(default_factory=set)

    def answer(self, asked: Asked) -> Reply:
        try:
            self._authorise(asked.header("Authorization"))
            if (asked.method, asked.path) == ("POST", "/messages/v4/send-many/detail"):
                return as_json(self._take(self._body(asked)))
            if (asked.method, asked.path) == ("POST", "/storage/v1/files"):
                return as_json(self._store(json.loads(asked.body)))
            if asked.method == "DELETE" and asked.path.endswith("/schedule"):
                return as_json(self._give_up(asked.path))
            if asked.method == "GET":
                return as_json(self._told(asked.path, asked.query))
            raise Refused(404, "NotFound")
        except Refused as refused:
            return refused.reply

    def numbers(self) -> list[str]:
        return [record["to"] for record in self.records.values()]

    def cancelled(self) -> list[str]:
        return [each["to"] for each in self.records.values() if each["groupId"] in self.given_up]

    def _give_up(self, path: str) -> dict[str, Any]:
        group = path.removeprefix("/messages/v4/groups/").removesuffix("/schedule")
        if group not in self.reserved or group in self.given_up:
            raise Refused(400, "ImpossibleToCancel")
        self.given_up.add(group)
        return {"groupId": group, "status": "FAILED"}

    def _authorise(self, value: str) -> None:
        scheme, _, rest = value.partition(" ")
        given = {name.lower(): text for name, _, text in (part.partition("=") for part in rest.split(", "))}
        if scheme != "HMAC-SHA256" or set(given) != {"apikey", "date", "salt", "signature"}:
            raise Refused(403, "InvalidAPIKey")
        date, salt = given["date"], given["salt"]
        at = datetime.fromisoformat(date)
        if at.tzinfo is None or abs(datetime.now(UTC) - at) > timedelta(minutes=15):
            raise Refused(403, "RequestTimeTooSkewed")
        mine = hmac.new(self.secret.encode(), (date + salt).encode(), hashlib.sha256).hexdigest()
        if given["apikey"] != self.key or given["signature"] != mine or not 12 <= len(salt.encode()) <= 64:
            raise Refused(403, "SignatureDoesNotMatch")
        if mine in self.used:
            raise Refused(403, "DuplicatedSignature")
        self.used.add(mine)

    def _store(self, file: Mapping[str, Any]) -> dict[str, Any]:
        limits = {"KAKAO": 500_000, "MMS": 200_000, "DOCUMENT": 2_000_000}
        picture = base64.b64decode(file["file"], validate=True)
        if not set(file) <= {"file", "type", "name", "link"} or len(picture) > limits[file["type"]]:
            raise Refused(400, "ValidationError")
        self.files.append(f"ST01FP{len(self.files):026d}")
        return {"fileId": self.files[-1], "type": file["type"], "name": file.get("name"), "references": []}

    def _body(self, asked: Asked) -> dict[str, Any]:
        kind, _, charset = asked.header("Content-Type").partition(";")
        if kind.strip() != "application/json" or charset.strip().lower() not in ("", "charset=utf-8"):
            raise Refused(400, "ValidationError")
        body = json.loads(asked.body.decode("utf-8"))
        messages = body.get("messages")
        if not set(body) <= _BODY or not isinstance(messages, list) or not 1 <= len(messages) <= 10_000:
            raise Refused(400, "ValidationError")
        if "scheduledDate" in body and datetime.fromisoformat(body["scheduledDate"]).tzinfo is None:
            raise Refused(400, "ValidationError")
        return dict(body)

    def _take(self, body: Mapping[str, Any]) -> dict[str, Any]:
        group = f"G4V{datetime.now(UTC):%Y%m%d%H%M%S}{len(self.used):015d}"
        if "scheduledDate" in body:
            self.reserved.add(group)
        seen: set[str] = set()
        listed: list[dict[str, Any]] = []
        failed: list[dict[str, Any]] = []
        for message in body["messages"]:
            twice = message["to"] in seen and not body.get("allowDuplicates", False)
            seen.add(message["to"])
            code = "1026" if twice else self._fault(message)
            record = self._record(message, group, code or "2000")
            (failed if code else listed).append(record)
            if code is None:
                self.records[record["messageId"]] = record
        count = {
            "total": len(body["messages"]),
            "registeredFailed": len(failed),
            "registeredSuccess": len(listed),
        }
        info = {"groupId": group, "_id": group, "status": "SENDING", "count": count, "log": [], "price": {}}
        shown = ("messageId", "statusCode", "statusMessage", "customFields")
        told = [{name: each[name] for name in shown} for each in listed]
        shows = body.get("showMessageList") and self.shows_list
        return {"failedMessageList": failed, "groupInfo": info, **({"messageList": told} if shows else {})}

    def _record(self, message: Mapping[str, Any], group: str, code: str) -> dict[str, Any]:
        now = datetime.now(UTC)
        message_id = f"M4V{now:%Y%m%d%H%M%S}{len(self.records):07d}{len(self.used):08d}"
        stamp = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}Z"
        own = {name: message.get(name) for name in ("to", "from", "type", "text", "customFields")}
        told = {"statusCode": code, "statusMessage": "정상 접수(이통사로 접수 예정) ", "dateCreated": stamp}
        return {**own, **told, "messageId": message_id, "groupId": group, "country": "82", "log": []}

    def _fault(self, message: Mapping[str, Any]) -> str | None:
        kind, text = message.get("type"), message.get("text", "")
        if not set(message) <= _MESSAGE:
            self.complaints.append(f"unknown fields {set(message) - _MESSAGE}")
        if not isinstance(message.get("to"), str) or not message["to"].isdigit():
            return "1011"
        custom = message.get("customFields", {})
        if any(type(v) is not str or len(k) > 30 or len(v) > 100 for k, v in custom.items()):
            return "1032"
        if kind in _MOST_BYTES:
            return self._text_fault(message, kind, text)
        return self._kakao_fault(message, str(kind), text)

    def _text_fault(self, message: Mapping[str, Any], kind: str, text: str) -> str | None:
        if message.get("from") not in self.senders:
            return "1062"
        try:
            size = len(text.encode("cp949"))
        except UnicodeEncodeError:
            return "1029"
        subject = message.get("subject", "")
        checks = {
            "1010": not text,
            "1013": kind == "SMS" and subject != "",
            "1014": len(subject.encode("cp949", "replace")) > 40,
            "1031": size > _MOST_BYTES[kind],
            "1033": "kakaoOptions" in message,
            "1034": (kind == "MMS") != (message.get("imageId") in self.files),
        }
        return next((code for code, wrong in checks.items() if wrong), None)

    def _kakao_fault(self, message: Mapping[str, Any], kind: str, text: str) -> str | None:
        if self.wants_from and message.get("from") not in self.senders:
            return "1062" if "from" in message else "1010"
        options = message.get("kakaoOptions", {})
        if options.get("disableSms") is not True:
            self.complaints.append("the carrier's own fallback")
        if not set(options) <= _KAKAO or not str(options.get("pfId")).startswith("KA01PF"):
            return "1041"
        values = options.get("variables", {})
        if any(not _VARIABLE.fullmatch(name) or type(value) is not str for name, value in values.items()):
            return "1010"
        if kind == "ATA":
            return self._alimtalk_fault(options, values, text)
        bms = options.get("bms", {})
        if not kind.startswith("BMS_") or bms.get("targeting") != "I" or "chatBubbleType" not in bms:
            return "1025"
        return None

    def _alimtalk_fault(self, options: Mapping[str, Any], values: Mapping[str, str], text: str) -> str | None:
        template = self.templates.get(str(options.get("templateId")))
        if template is None:
            return "1042"
        if any(not set(button) <= _BUTTON for button in options.get("buttons", [])):
            return "1044"
        written = _VARIABLE.sub(lambda name: values.get(name[0], name[0]), template)
        return None if text == written and len(text) <= _MOST_CHARACTERS["ATA"] else "1043"

    def _told(self, path: str, query: Mapping[str, str]) -> dict[str, Any]:
        if path == "/cash/v1/balance":
            return {
                "balance": 1000.5,
                "point": 20,
                "deposit": 0,
                "minimumCash": 3000,
                "lowBalanceAlert": {"enabled": False},
            }
        if path == "/senderid/v1/numbers":
            known = [
                {"phoneNumber": each, "status": "ACTIVE", "method": "ARS", "log": []} for each in self.senders
            ]
            return {"accountId": "12925149", "limit": 20, "senderIds": known}
        if path == "/kakao/v2/templates":
            return self._templates(query)
        if path == "/kakao/v2/channels":
            raise Refused(403, "Forbidden")
        if path == "/messages/v4/list":
            return self._listed(query)
        if path.startswith("/messages/v4/groups/") and path.endswith("/messages"):
            return self._listed({**query, "groupId": path.split("/")[4]})
        if path == "/iam/v1/black" and query.get("type") == "DENIAL":
            refused = {"handleKey": "H1", "type": "DENIAL", "senderNumber": "0801234567"}
            refused |= {"recipientNumber": "01055556666", "dateCreated": "2026-05-01T00:00:00.000Z"}
            return {"blackList": [refused], "startKey": None, "nextKey": None, "limit": 20}
        if path == "/iam/v1/block/numbers":
            return {"blockNumbers": [{"blockNumberId": "B1", "phoneNumber": "01077778888", "memo": ""}]}
        raise Refused(404, "NotFound")

    def _templates(self, query: Mapping[str, str]) -> dict[str, Any]:
        """One a page."""
        if not query.get("channelId"):
            raise Refused(400, "ValidationError")
        at = int(query.get("startKey", "T0")[1:])
        button = {"buttonName": "자세히", "buttonType": "WL", "linkMo": "https://x.example/"}
        found = [
            {"templateId": code, "name": "행사", "content": text, "status": "APPROVED", "buttons": [button]}
            for code, text in self.templates.items()
        ]
        more = f"T{at + 1}" if at + 1 < len(found) else None
        return {"limit": 1, "templateList": found[at : at + 1], "startKey": None, "nextKey": more}

    def _listed(self, query: Mapping[str, str]) -> dict[str, Any]:
        chosen = list(self.records.values())
        if "messageIds[in]" in query:
            ids = json.loads(query["messageIds[in]"])
            chosen = [each for each in chosen if each["messageId"] in ids]
        if "groupId" in query:
            chosen = [each for each in chosen if each["groupId"] == query["groupId"]]
        if {"startDate", "endDate"} & set(query):
            if query.get("dateType") not in ("CREATED", "UPDATED"):
                raise Refused(400, "ValidationError")
            begins, ends = (datetime.fromisoformat(query[name]) for name in ("startDate", "endDate"))
            chosen = [e for e in chosen if begins <= datetime.fromisoformat(e["dateCreated"]) <= ends]
        start = int(query.get("startKey", "K0")[1:])
        size = min(int(query.get("limit", "20")), self.page)
        page = [self.result(each) for each in chosen[start : start + size]]
        more = f"K{start + size}" if start + size < len(chosen) else None
        return {"messageList": {each["messageId"]: each for each in page}, "startKey": None, "nextKey": more}

    def result(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """A record as it is told of once the telephone carrier has answered."""
        code, stamp = self.fate.get(record["to"], "4000"), record["dateCreated"]
        times = {"dateProcessed": stamp, "dateReported": stamp, "dateReceived": stamp}
        return {**record, **times, "statusCode": code, "networkCode": "SKT", "replacement": False}

    def report(self, envelope: bool) -> tuple[dict[str, str], bytes]:
        """One call with everything, in either of the two forms that are known."""
        items = [self.result(each) for each in self.records.values()]
        wrapped = [{"eventDataId": f"E{n}", "data": item, "retryCount": 0} for n, item in enumerate(items)]
        digest = hashlib.sha1(b"test-secret", usedforsecurity=False).hexdigest()
        headers = {"x-SOLAPI-event-name": "SINGLE-REPORT", "X-Solapi-Secret": digest}
        return headers, json.dumps(wrapped if envelope else items).encode()
