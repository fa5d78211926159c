"""A strict NHN Cloud, from its documents: SMS v3.0, Alimtalk v2.3 and Brand message v1.0."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.shared.messaging.strict.serving import Asked, Carrier, Reply, as_json

SEOUL = ZoneInfo("Asia/Seoul")
_PATH = re.compile(r"/(sms/v3\.0/appKeys|alimtalk/v2\.3/appkeys|brand-message/v1\.0/appkeys)/([^/]+)(/.+)")
_TEXT = {
    *("templateId", "title", "body", "sendNo", "requestDate", "senderGroupingKey", "recipientList", "userId"),
    *("statsId", "originCode", "useConversion", "attachFileIdList"),
}
_TEXT_TO = {
    "recipientNo",
    "countryCode",
    "internationalRecipientNo",
    "templateParameter",
    "recipientGroupingKey",
}
_ALIMTALK = {
    *("senderKey", "templateCode", "requestDate", "senderGroupingKey", "createUser", "recipientList"),
    *("messageOption", "statsId"),
}
_ALIMTALK_TO = {
    *(
        "recipientNo",
        "templateParameter",
        "resendParameter",
        "buttons",
        "quickReplies",
        "recipientGroupingKey",
    ),
}
_BRAND = {
    *(
        "senderKey",
        "chatBubbleType",
        "pushAlarm",
        "requestDate",
        "unsubscribeNo",
        "unsubscribeAuthNo",
        "adult",
    ),
    *("content", "buttons", "coupon", "recipientList", "senderGroupingKey", "resellerCode", "createUser"),
    *("statsId", "image"),
}
_BRAND_TO = {
    *("recipientNo", "targeting", "resendParameter", "unsubscribeNo", "unsubscribeAuthNo"),
    *("recipientGroupingKey", "templateParameter", "imageParameters", "videoParameter"),
}
_AD = re.compile(r"\(광고\).*무\s*료\s*(수\s*신\s*)?거\s*부\s*080[0-9-]+", re.DOTALL)
_SECONDS, _MINUTES = "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"


class Refused(Exception):
    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def now() -> datetime:
    return datetime.now(SEOUL)


@dataclass
class StrictNhn(Carrier):
    """Both products. `fate` is the delivery code of a number's messages ("1000" by default), `status` the
    word or number that stands beside it.
    """

    keys: tuple[str, str] = ("smsAppKey", "kakaoAppKey")
    secrets: tuple[str, str] = ("smsSecret", "kakaoSecret")
    senders: tuple[str, ...] = ("0212345678",)
    templates: dict[str, str] = field(default_factory=dict)
    fate: dict[str, str | None] = field(default_factory=dict)
    status: dict[str, str] = field(default_factory=dict)
    page: int = 1000
    tells_total: bool = True
    taken: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    files: list[int] = field(default_factory=list)
    reserved: set[str] = field(default_factory=set)
    given_up: set[tuple[str, int]] = field(default_factory=set)

    def answer(self, asked: Asked) -> Reply:
        matched = _PATH.fullmatch(asked.path)
        if matched is None:
            return self._reply(-9998)
        product = 0 if matched[1].startswith("sms") else 1
        try:
            if matched[2] != self.keys[product] or asked.header("X-Secret-Key") != self.secrets[product]:
                raise Refused(-1000)
            route = "brand" if matched[1].startswith("brand") else "alimtalk" if product else ""
            if asked.method == "POST":
                return self._send(route, matched[3], asked)
            if asked.method in ("PUT", "DELETE"):
                return self._cancel(matched[3], asked)
            if asked.method == "GET":
                return self._list(route, matched[3], asked.query)
            raise Refused(-9998)
        except Refused as refused:
            return self._reply(refused.code)

    def cancelled(self) -> list[str]:
        rows = [each for rows in self.taken.values() for each in rows]
        return [
            each["recipientNo"] for each in rows if (each["requestId"], each["recipientSeq"]) in self.given_up
        ]

    def _cancel(self, path: str, asked: Asked) -> Reply:
        if path == "/reservations/cancel" and asked.method == "PUT":
            body = json.loads(asked.body)
            if set(body) != {"reservationList", "updateUser"}:
                raise Refused(-9997)
            chosen = {(each["requestId"], each["recipientSeq"]) for each in body["reservationList"]}
        else:
            request = path.removeprefix("/messages/")
            chosen = {(request, int(each)) for each in asked.query["recipientSeq"].split(",")}
        chosen = {each for each in chosen if each[0] in self.reserved}
        if not chosen:
            raise Refused(-2029)
        self.given_up |= chosen
        return self._reply(body={"data": {"requestedCount": len(chosen), "canceledCount": len(chosen)}})

    def numbers(self) -> list[str]:
        return [each["recipientNo"] for rows in self.taken.values() for each in rows]

    def _reply(self, code: int = 0, **rest: Any) -> Reply:
        header = {
            "isSuccessful": code == 0,
            "resultCode": code,
            "resultMessage": "SUCCESS" if not code else "FAIL",
        }
        return as_json({"header": header, **rest})

    def _send(self, route: str, path: str, asked: Asked) -> Reply:
        if asked.header("Content-Type") != "application/json;charset=UTF-8":
            raise Refused(-9996)
        key = asked.header("X-NC-API-IDEMPOTENCY-KEY")
        if key and key in self.used:
            raise Refused(-1005)
        self.used.add(key)
        body = json.loads(asked.body.decode("utf-8"))
        if not route and path == "/attachfile/binaryUpload":
            return self._attach(body)
        kinds = {
            "": r"/sender/(ad-)?(sms|mms)",
            "alimtalk": "/messages",
            "brand": "/(freestyle|basic)-messages",
        }
        if not re.fullmatch(kinds[route], path) or (key and not route):
            raise Refused(-9998)
        if not 1 <= len(body.get("recipientList", [])) <= 1000:
            raise Refused(-2016)
        if "requestDate" in body:
            at = datetime.strptime(body["requestDate"], _MINUTES).replace(tzinfo=SEOUL)
            if not now() - timedelta(minutes=1) <= at <= now() + timedelta(days=60):
                raise Refused(-2022)
        check = {"": self._check_text, "alimtalk": self._check_alimtalk, "brand": self._check_brand}[route]
        codes = check(path, body)
        return self._take(route or path.removeprefix("/sender/"), body, codes)

    def _attach(self, body: Mapping[str, Any]) -> Reply:
        name, picture = body["fileName"], base64.b64decode(body["fileBody"], validate=True)
        if len(name) > 45 or not name.endswith((".jpg", ".jpeg")) or len(picture) > 300 * 1024:
            raise Refused(-2003)
        if set(body) != {"fileName", "fileBody", "createUser"}:
            self.complaints.append(f"unknown fields {set(body)}")
        self.files.append(90_000 + len(self.files))
        return self._reply(body={"data": {"fileId": self.files[-1], "fileName": name, "filePath": "…"}})

    def _known(self, given: Mapping[str, Any], names: set[str], each: set[str]) -> None:
        strange = set(given) - names
        for recipient in given["recipientList"]:
            strange |= set(recipient) - each
            if recipient.get("resendParameter", {"isResend": False}).get("isResend") is not False:
                self.complaints.append("the carrier's own fallback")
        if strange:
            self.complaints.append(f"unknown fields {strange}")

    def _check_text(self, path: str, body: Mapping[str, Any]) -> list[int]:
        self._known(body, _TEXT, _TEXT_TO)
        text, title = body.get("body"), body.get("title", "")
        long = path.endswith("mms")
        if not text or (long and not title):
            raise Refused(-2014)
        if len(text) > (4000 if long else 255) or len(title) > 120 or (title and not long):
            raise Refused(-2015)
        try:
            (text + title).encode("cp949")
        except UnicodeEncodeError:
            raise Refused(-2023) from None
        if body.get("sendNo") not in self.senders:
            raise Refused(-2312)
        if "/ad-" in path and not _AD.fullmatch(text):
            raise Refused(-6003)
        if not set(body.get("attachFileIdList", [])) <= set(self.files):
            raise Refused(-2004)
        return [self._number_code(each, 20, -2019) for each in body["recipientList"]]

    def _check_alimtalk(self, path: str, body: Mapping[str, Any]) -> list[int]:
        self._known(body, _ALIMTALK, _ALIMTALK_TO)
        template = self.templates.get(body.get("templateCode", ""))
        if template is None or len(body["senderKey"]) > 40:
            raise Refused(-3003)
        wanted = set(re.findall(r"#\{([^}]+)\}", template))
        for each in body["recipientList"]:
            values = each.get("templateParameter", {})
            if set(values) != wanted or any(type(value) is not str for value in values.values()):
                raise Refused(-3004)
        return [self._number_code(each, 15, -5000) for each in body["recipientList"]]

    def _check_brand(self, path: str, body: Mapping[str, Any]) -> list[int]:
        basic = path.startswith("/basic")
        self._known(
            body, (_BRAND - {"content", "chatBubbleType"}) | {"templateCode"} if basic else _BRAND, _BRAND_TO
        )
        if any(each.get("targeting") != "I" for each in body["recipientList"]):
            raise Refused(-4029)
        if not basic and (
            body.get("chatBubbleType") not in ("TEXT", "IMAGE", "WIDE") or not body.get("content")
        ):
            raise Refused(-3299)
        return [self._number_code(each, 15, -5000) for each in body["recipientList"]]

    def _number_code(self, recipient: Mapping[str, Any], longest: int, wrong: int) -> int:
        number = recipient.get("recipientNo", "")
        if len(recipient.get("recipientGroupingKey", "")) > 100:
            raise Refused(4)
        return 0 if re.fullmatch(r"01\d{8,9}", number) and len(number) <= longest else wrong

    def _take(self, route: str, body: Mapping[str, Any], codes: list[int]) -> Reply:
        request_id = f"{now():%Y%m%d%H%M%S}{len(self.asked):011d}"
        if "requestDate" in body:
            self.reserved.add(request_id)
        results = [
            {
                "recipientNo": each["recipientNo"],
                "resultCode": code,
                "resultMessage": "SUCCESS" if not code else "FAIL",
                "recipientSeq": number,
                "recipientGroupingKey": each.get("recipientGroupingKey"),
            }
            for number, (each, code) in enumerate(zip(body["recipientList"], codes, strict=True), 1)
        ]
        made = {"requestId": request_id, "at": now(), "text": body.get("body")}
        self.taken.setdefault(route, []).extend(
            {**each, **made} for each in results if each["resultCode"] == 0
        )
        if route in ("alimtalk", "brand"):
            return self._reply(
                message={"requestId": request_id, "senderGroupingKey": None, "sendResults": results}
            )
        data = {
            "requestId": request_id,
            "statusCode": "2",
            "senderGroupingKey": None,
            "sendResultList": results,
        }
        return self._reply(body={"data": data})

    def _registered(self, route: str, path: str) -> Reply | None:
        """Numbers and templates, in the envelopes of their documents."""
        if not route and path == "/sendNos":
            each = {"serviceId": 1, "useYn": "Y", "blockYn": "N", "blockReason": None, "createUser": "u"}
            data = [{**each, "sendNo": number} for number in self.senders]
            return self._reply(body={"pageNum": 1, "pageSize": 15, "totalCount": len(data), "data": data})
        if route == "alimtalk" and path.startswith("/senders/") and path.endswith("/templates"):
            found = [
                {
                    "templateCode": code,
                    "templateName": "행사",
                    "templateContent": text,
                    "status": "TSC04",
                    "comments": [{"id": 1, "content": "다시 써 주세요", "status": "REJ"}],
                    "buttons": [
                        {"ordering": 1, "type": "WL", "name": "자세히", "linkMo": "https://x.example/"}
                    ],
                }
                for code, text in self.templates.items()
            ]
            return self._reply(templateListResponse={"templates": found, "totalCount": len(found)})
        return None

    def _list(self, route: str, path: str, query: Mapping[str, str]) -> Reply:
        if registered := self._registered(route, path):
            return registered
        texts = re.fullmatch(r"/sender/((?:ad-)?(?:sms|mms))", path)
        if route and path == "/messages":
            items = self._chosen(route, query, _MINUTES)
        elif not route and texts:
            items = self._chosen(texts[1], query, _SECONDS)
        else:
            raise Refused(-9998)
        number, size = int(query.get("pageNum", "1")), min(int(query.get("pageSize", "15")), self.page)
        page = [self.listed(route, each) for each in items[(number - 1) * size : number * size]]
        total = {"totalCount": len(items)} if self.tells_total else {}
        if route:
            return self._reply(messageSearchResultResponse={"messages": page, **total})
        return self._reply(body={"pageNum": number, "pageSize": size, "data": page, **total})

    def _chosen(self, route: str, query: Mapping[str, str], form: str) -> list[dict[str, Any]]:
        items = self.taken.get(route, [])
        if "requestId" in query:
            return [each for each in items if each["requestId"] == query["requestId"]]
        for name in ("RequestDate", "CreateDate"):
            if {f"start{name}", f"end{name}"} <= set(query):
                try:
                    begins, ends = (
                        datetime.strptime(query[f"{edge}{name}"], form).replace(tzinfo=SEOUL)
                        for edge in ("start", "end")
                    )
                except ValueError:
                    raise Refused(-2000) from None
                if ends - begins > timedelta(days=30):
                    raise Refused(-4000)
                return [each for each in items if begins <= each["at"] <= ends]
        raise Refused(-2011)

    def listed(self, route: str, taken: Mapping[str, Any]) -> dict[str, Any]:
        """An item of a list."""
        number, at = taken["recipientNo"], taken["at"]
        code = self.fate.get(number, "1000")
        gone = (taken["requestId"], taken["recipientSeq"]) in self.given_up
        named = ("requestId", "recipientSeq", "recipientNo", "recipientGroupingKey")
        common = {name: taken[name] for name in named} | {"resultCode": code, "resultCodeName": "…"}
        if route:
            status = self.status.get(number, "COMPLETED" if code == "1000" else "FAILED")
            times = {"requestDate": f"{at:%Y-%m-%d %H:%M}", "receiveDate": f"{at:%Y-%m-%d %H:%M:%S.0}"}
            return {**common, **times, "messageStatus": "CANCEL" if gone else status, "resendStatus": "RSC01"}
        status = self.status.get(number, "3" if code == "1000" else "0")
        times = {"requestDate": f"{at:%Y-%m-%d %H:%M:%S.0}", "resultDate": f"{at:%Y-%m-%d %H:%M:%S.0}"}
        return {
            **common,
            **times,
            "msgStatus": "4" if gone else status,
            "body": taken["text"],
            "telecomCode": 10001,
        }

    def call(self, route: str, **envelope: Any) -> dict[str, Any]:
        """One webhook call with what became of everything that left by a route."""
        kakao = route in ("alimtalk", "brand")
        names = {"alimtalk": "ALIMTALK_NORMAL", "brand": "BRAND_MESSAGE_NORMAL", "sms": "NORMAL_SMS"}
        own = {"kakaoMessageType" if kakao else "senderType": names.get(route, "NORMAL_LMS")}
        hooks = []
        for index, taken in enumerate(self.taken[route]):
            number, at = taken["recipientNo"], taken["at"]
            code = self.fate.get(number, "1000")
            status = self.status.get(number, "COMPLETED" if code == "1000" else "FAILED")
            word = {} if kakao else {"messageStatus": status, "sendNo": "0212345678", "messageCount": 1}
            named = ("requestId", "recipientSeq", "recipientNo", "recipientGroupingKey")
            told = {name: taken[name] for name in named} | {"hookId": f"h{index}", "resultCode": code}
            times = {"requestDate": f"{at:%Y-%m-%dT%H:%M:%S}", "receiveDate": f"{at:%Y-%m-%dT%H:%M:%S}"}
            hooks.append({**told, **word, **own, **times, "_links": {"self": {"href": "https://…"}}})
        product = "KakaoTalk Bizmessage" if kakao else "Sms"
        head = {"hooksId": "1", "webhookConfigId": "2", "productName": product, "appKey": "…"}
        return {**head, "event": "MESSAGE_RESULT_UPDATE", "hooks": hooks, **envelope}
