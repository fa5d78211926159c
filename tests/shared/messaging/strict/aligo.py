"""A strict Aligo, from its documents: forms in, JSON out (as text/html), errors with HTTP 200."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from tests.shared.messaging.strict.serving import Asked, Carrier, Reply, as_json

SEOUL = ZoneInfo("Asia/Seoul")
_SEND = {
    *("key", "user_id", "sender", "receiver", "msg", "msg_type", "title", "destination", "rdate", "rtime"),
    *("image1", "image2", "image3", "testmode_yn"),
}
_MASS = {"key", "user_id", "sender", "cnt", "msg_type", "title", "rdate", "rtime", "testmode_yn"}
_ALIMTALK = {
    *("apikey", "userid", "token", "senderkey", "tpl_code", "sender", "senddate", "failover", "testMode"),
}
_NUMBERED = re.compile(r"(receiver|recvname|subject|message|emtitle|button|fsubject|fmessage)_(\d+)")
_BUTTON = {"name", "linkType", "linkTypeName", "linkM", "linkP", "linkI", "linkA"}
_MOST_BYTES = {"SMS": 90, "LMS": 2000, "MMS": 2000}
_RECEIVER = re.compile(r"01\d{8,9}")


class Refused(Exception):
    """Aligo's own no, with HTTP 200."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def now() -> datetime:
    return datetime.now(SEOUL)


def form_of(asked: Asked) -> dict[str, str]:
    """The fields of a form, decoded as UTF-8 and nothing else; a picture is its size."""
    kind = asked.header("Content-Type")
    if kind.startswith("multipart/form-data"):
        parts: Any = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.body)
        fields = {}
        for part in parts.get_payload():
            value = part.get_payload(decode=True)
            name = str(part.get_param("name", header="Content-Disposition"))
            fields[name] = f"{len(value)} bytes" if part.get_filename() else value.decode()
        return fields
    assert kind.partition(";")[0] == "application/x-www-form-urlencoded", kind
    return dict(
        parse_qsl(asked.body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    )


@dataclass
class StrictAligo(Carrier):
    """One user at both addresses. `fate` is what `sms_state` says of a number, or (`rslt`, words) for Kakao;
    `lost` are numbers it does not take; `counts` and `pager` are what its answers may leave out.
    """

    key: str = "ALIGOKEY0123456789"
    user: str = "camp"
    senders: tuple[str, ...] = ("0212345678",)
    templates: dict[str, str] = field(default_factory=dict)
    fate: dict[str, Any] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    hyphens: bool = False
    counts: bool = True
    pager: bool = True
    token: str = ""
    reserved: set[int] = field(default_factory=set)
    given_up: set[int] = field(default_factory=set)
    writes: tzinfo = SEOUL
    requests: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def answer(self, asked: Asked) -> Reply:
        kakao = asked.path.startswith("/akv10/")
        try:
            assert (asked.method, asked.query) == ("POST", {})
            form = form_of(asked)
            names = ("apikey", "userid") if kakao else ("key", "user_id")
            if (form.get(names[0]), form.get(names[1])) != (self.key, self.user):
                raise Refused(-99 if kakao else -101)
            answer = self._kakao(asked.path, form) if kakao else self._text(asked.path, form)
        except Refused as refused:
            answer = {"code" if kakao else "result_code": refused.code, "message": "…"}
        return as_json(answer, content_type="text/html; charset=UTF-8")

    def cancelled(self) -> list[str]:
        return [row["to"] for mid in self.given_up for row in self.requests[mid]]

    def _give_up(self, mid: int) -> dict[str, Any]:
        if mid not in self.reserved or mid in self.given_up:
            raise Refused(-804)
        self.given_up.add(mid)
        return {"result_code": 1, "message": "success", "cancel_date": f"{now():%Y-%m-%d %H:%M:%S}"}

    def numbers(self) -> list[str]:
        return [row["to"] for rows in self.requests.values() for row in rows]

    def _text(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if path == "/send/":
            return self._send(form)
        if path == "/send_mass/":
            return self._send_mass(form)
        if path == "/remain/":
            return {"result_code": "1", "message": "", "SMS_CNT": "310", "LMS_CNT": 100, "MMS_CNT": 40}
        if path == "/cancel/":
            return self._give_up(int(form["mid"]))
        if path == "/list/":
            return self._list(form)
        if path == "/sms_list/":
            rows = [
                self._row(each)
                for each in self.requests.get(int(form["mid"]), [])
                if each["to"] not in self.slow
            ]
            return {
                "result_code": 1,
                "message": "success",
                "list": rows,
                **({"next_yn": "N"} if self.pager else {}),
            }
        raise Refused(-100)

    def _known(self, form: Mapping[str, str], names: set[str]) -> None:
        strange = set(form) - names
        if strange or "testmode_yn" in form:
            self.complaints.append(f"unknown fields {strange}")

    def _check_words(self, kind: str, sender: str, text: str, title: str) -> None:
        if sender not in self.senders:
            raise Refused(-103)
        if not 1 <= len(text.encode("cp949")) <= _MOST_BYTES[kind] or len(title.encode("cp949")) > 44:
            raise Refused(-102)
        if "%고객명%" in text:
            self.complaints.append("a placeholder nobody fills")

    def _send(self, form: dict[str, str]) -> dict[str, Any]:
        self._known(form, _SEND)
        numbers, kind = form["receiver"].split(","), form["msg_type"]
        if not 1 <= len(numbers) <= 1000 or ("title" in form and kind == "SMS"):
            raise Refused(-102)
        if (kind == "MMS") != ("image1" in form):
            raise Refused(-102)
        self._check_words(kind, form["sender"], form["msg"], form.get("title", ""))
        self._check_time(form)
        return self._take([(number, form["msg"]) for number in numbers], kind, int)

    def _send_mass(self, form: dict[str, str]) -> dict[str, Any]:
        count = int(form["cnt"])
        numbered = {f"{name}_{n}" for n in range(1, count + 1) for name in ("rec", "msg")}
        self._known(form, _MASS | numbered)
        if not 1 <= count <= 500 or not numbered <= set(form):
            raise Refused(-102)
        for index in range(1, count + 1):
            self._check_words(form["msg_type"], form["sender"], form[f"msg_{index}"], form.get("title", ""))
        self._check_time(form)
        pairs = [(form[f"rec_{n}"], form[f"msg_{n}"]) for n in range(1, count + 1)]
        return self._take(pairs, form["msg_type"], str)

    def _check_time(self, form: Mapping[str, str]) -> None:
        if "rdate" in form:
            at = datetime.strptime(form["rdate"] + form["rtime"], "%Y%m%d%H%M").replace(tzinfo=SEOUL)
            if at < now() + timedelta(minutes=10):
                raise Refused(-105)
            self.reserved.add(900_000_000 + len(self.requests))

    def _take(self, pairs: list[tuple[str, str]], kind: str, form: type) -> dict[str, Any]:
        mid, rows = self._keep(pairs, kind)
        counts = (
            {"success_cnt": form(len(rows)), "error_cnt": form(len(pairs) - len(rows))} if self.counts else {}
        )
        return {"result_code": form(1), "message": "success", "msg_id": form(mid), "msg_type": kind, **counts}

    def _keep(self, pairs: list[tuple[str, str]], kind: str) -> tuple[int, list[dict[str, Any]]]:
        mid = 900_000_000 + len(self.requests)
        taken = [(to, text) for to, text in pairs if _RECEIVER.fullmatch(to) and to not in self.lost]
        rows = [
            {"to": to, "text": text, "kind": kind, "at": now(), "mdid": f"{mid}{n}"}
            for n, (to, text) in enumerate(taken)
        ]
        self.requests[mid] = rows
        return mid, rows

    def _row(self, taken: Mapping[str, Any]) -> dict[str, Any]:
        to = taken["to"]
        shown = f"{to[:3]}-{to[3:7]}-{to[7:]}" if self.hyphens else to
        stamp = f"{taken['at']:%Y-%m-%d %H:%M:%S}"
        state = self.fate.get(to, "발송완료")
        times = {"reg_date": stamp, "send_date": stamp, "reserve_date": ""}
        return {"mdid": taken["mdid"], "type": taken["kind"], "receiver": shown, "sms_state": state, **times}

    def _list(self, form: Mapping[str, str]) -> dict[str, Any]:
        day = date.fromisoformat(form["start_date"])
        found = [
            {
                "mid": str(mid),
                "type": rows[0]["kind"],
                "sender": self.senders[0],
                "sms_count": str(len(rows)),
                "reserve_state": "",
                "msg": rows[0]["text"],
                "fail_count": "0",
                "reg_date": f"{rows[0]['at'].astimezone(self.writes):%Y-%m-%d %H:%M:%S}",
            }
            for mid, rows in reversed(self.requests.items())
            if rows and rows[0]["kind"] != "AT" and rows[0]["at"].date() == day
        ]
        size, number = int(form["page_size"]), int(form["page"])
        page = found[(number - 1) * size : number * size]
        more = "Y" if number * size < len(found) else "N"
        return {"result_code": 1, "message": "success", "list": page, "next_yn": more}

    def _kakao(self, path: str, form: dict[str, str]) -> dict[str, Any]:
        if re.fullmatch(r"/akv10/token/create/\d+/[ymdhis]/", path):
            self.token = f"token-{len(self.asked)}"
            return {"code": 0, "message": "…", "token": self.token, "urlencode": self.token}
        if not self.token or form.get("token") != self.token:
            raise Refused(-99)
        if path == "/akv10/alimtalk/send/":
            return self._send_alimtalk(form)
        if path == "/akv10/history/detail/":
            rows = [self._kakao_row(each) for each in self.requests.get(int(form["mid"]), [])]
            return {
                "code": 0,
                "message": "…",
                "list": rows,
                **({"currentPage": 1, "totalPage": 1} if self.pager else {}),
            }
        raise Refused(-100)

    def _send_alimtalk(self, form: dict[str, str]) -> dict[str, Any]:
        numbered = {name: match for name in form if (match := _NUMBERED.fullmatch(name))}
        self._known(form, _ALIMTALK | set(numbered))
        if form.get("failover", "N") != "N" or any(
            name.startswith(("fsubject", "fmessage")) for name in form
        ):
            self.complaints.append("the carrier's own fallback")
        if form["sender"] not in self.senders:
            raise Refused(508)
        template = self.templates.get(form["tpl_code"])
        count = max(int(match[2]) for match in numbered.values())
        if template is None or count > 500:
            raise Refused(505)
        for index in range(1, count + 1):
            self._check_message(form, index, template)
        pairs = [(form[f"receiver_{n}"], form[f"message_{n}"]) for n in range(1, count + 1)]
        mid, rows = self._keep(pairs, "AT")
        counts = {"scnt": len(rows), "fcnt": len(pairs) - len(rows)} if self.counts else {}
        return {
            "code": 0,
            "message": "성공적으로 전송요청 하였습니다.",
            "info": {"type": "AT", "mid": mid, **counts},
        }

    def _check_message(self, form: Mapping[str, str], index: int, template: str) -> None:
        parts = re.split(r"#\{[^}]+\}", template)
        if not re.fullmatch(".*".join(map(re.escape, parts)), form[f"message_{index}"], re.DOTALL):
            raise Refused(509)
        if not form.get(f"subject_{index}"):
            raise Refused(-102)
        for button in json.loads(form.get(f"button_{index}", '{"button": []}'))["button"]:
            if not set(button) <= _BUTTON or "#{" in json.dumps(button, ensure_ascii=False):
                raise Refused(509)

    def _kakao_row(self, taken: Mapping[str, Any]) -> dict[str, Any]:
        result, words = self.fate.get(taken["to"], ("0", "성공"))
        stamp = f"{taken['at']:%Y-%m-%d %H:%M:%S}"
        times = {"reqdate": stamp, "sentdate": stamp, "rsltdate": stamp, "reportdate": stamp}
        told = {"status": "1", "rslt": result, "rslt_message": words, "message": taken["text"]}
        return {"msgid": taken["mdid"], "sender": self.senders[0], "phone": taken["to"], **times, **told}
