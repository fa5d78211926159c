"""Aligo's Kakao API (akv10): tokens, Alimtalk, history, channels and templates."""

import json
import re
import secrets
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any

import falcon

from infra.simulator import accounts, aligo_checks, aligo_forms, kakao_templates, network, seoul
from infra.simulator.accounts import Account, Template
from infra.simulator.aligo_errors import Refusal, put
from infra.simulator.ids import now_ms
from infra.simulator.network import Parcel
from infra.simulator.outcomes import ACCEPTED, CANCELLED, UNCONFIRMED
from infra.simulator.parts import Parts

_UNITS = {"y": 31_536_000, "m": 2_592_000, "d": 86_400, "h": 3600, "i": 60, "s": 1}
_NUMBER = re.compile(r"01[016789]\d{7,8}")
_MOST = 500
_PRICE = 7
_CANCEL_BEFORE_MS = 5 * 60 * 1000
_BUTTON_TYPES = frozenset({"WL", "AL", "DS", "BK", "MD", "AC"})
_STATES = {"PENDING": "REG", "INSPECTING": "REQ", "APPROVED": "APR", "REJECTED": "REJ", "STOPPED": "APR"}
_RESULTS = {
    "4000": ("0", "성공"),
    "3032": ("K", "카카오톡을 사용하지 않는 사용자"),
    "3043": ("K", "메시지를 전송할 수 없는 상태"),
    "3054": ("K", "메시지를 전송할 수 없는 상태"),
    "3040": ("K", "전송시간 초과"),
    "3103": ("U", "메시지가 템플릿과 일치하지않음"),
    "3104": ("K", "카카오톡을 사용하지 않는 사용자"),
    "3107": ("K", "알림톡 수신을 차단한 사용자"),
    CANCELLED: ("C", "예약 취소"),
}
_LIST = """
SELECT group_id, min(peer) AS peer, count(*) AS size, min(seq) AS first, min(created_at) AS created_at,
    min(send_at) AS send_at
FROM messages
WHERE account = ? AND direction = 'out' AND accepted AND type = 'ATA'
    AND created_at >= ? AND created_at < ?
GROUP BY group_id ORDER BY first DESC
"""
_ROWS = """
SELECT * FROM messages WHERE account = ? AND group_id = ? AND accepted AND type = 'ATA' ORDER BY seq
"""


@dataclass
class Tokens:
    """Tokens that were given out; each is good for its account and the address that asked."""

    _known: dict[str, tuple[str, str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def give(self, api_key: str, address: str, seconds: int) -> str:
        """A new token."""
        token = secrets.token_hex(32)
        with self._lock:
            self._known[token] = (api_key, address, time.monotonic() + seconds)
        return token

    def holds(self, token: str, api_key: str, address: str) -> bool:
        """Whether a token is good."""
        with self._lock:
            key, home, ends = self._known.get(token, ("", "", 0.0))
        return key == api_key and home == address and time.monotonic() < ends


class Kakao:
    """The Kakao API's calls; each but the token's own has `apikey`, `userid` and `token`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tokens = Tokens()

    def on_post_token(self, req: falcon.Request, resp: falcon.Response, count: str, unit: str) -> None:
        """A token for so many units of time."""
        fields, _ = aligo_forms.read(req)
        account = self._owner(req, fields)
        if not count.isdecimal() or unit not in _UNITS:
            raise _refused(505)
        token = self._tokens.give(account.api_key, str(req.remote_addr), int(count) * _UNITS[unit])
        put(resp, {**_OK, "token": token, "urlencode": token})

    def on_post_send(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Up to 500 Alimtalk messages of one template."""
        fields, account = self._admit(req)
        self._parts.gate.enter(req, account.api_key)
        template = self._template_to_send(account, fields)
        opted_out = network.opted_out(self._parts.store.read(), account.api_key)
        parcels, failed = _parcels(fields, template, opted_out)
        if _PRICE * len(parcels) > accounts.balance(self._parts.store.read(), account.api_key):
            raise _refused(-201)
        self._parts.gate.pace(account, len(parcels))
        at = now_ms()
        mid = aligo_checks.new_mid(at)
        if fields.get("testMode") != "Y":
            with self._parts.store.write() as connection:
                network.take(connection, account, mid, at, parcels)
            self._parts.engine.wake()
        info = {"type": "AT", "mid": int(mid), "scnt": len(parcels), "fcnt": failed, "unit": _PRICE}
        answer = {**_OK, "message": "성공적으로 전송요청 하였습니다.", "info": info}
        resp.content_type = "text/html; charset=UTF-8"
        self._parts.gate.leave(req, resp, account.api_key, json.dumps(answer, ensure_ascii=False).encode())

    def on_post_history(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The requests of some days, newest first."""
        fields, account = self._admit(req)
        today = seoul.written(now_ms(), "%Y%m%d")
        since = seoul.read(fields.get("startdate") or today, "%Y%m%d")
        last = seoul.read(fields.get("enddate") or today, "%Y%m%d")
        if since is None or last is None or last < since:
            raise _refused(505)
        connection = self._parts.store.read()
        rows = connection.execute(_LIST, (account.api_key, since, last + 24 * 3600 * 1000)).fetchall()
        _put_page(resp, fields, [self._request(row) for row in rows])

    def _request(self, row: Any) -> dict[str, Any]:
        first = self._parts.store.read().execute("SELECT text FROM messages WHERE seq = ?", (row["first"],))
        return {
            "mid": row["group_id"],
            "type": "AT",
            "sender": row["peer"],
            "msg_count": row["size"],
            "mbody": first.fetchone()["text"],
            "reserve_date": seoul.written(row["send_at"]),
            "reserve_state": "예약대기중" if (row["send_at"] or 0) > now_ms() else "",
            "regdate": seoul.written(row["created_at"]),
        }

    def on_post_detail(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The messages of a request."""
        fields, account = self._admit(req)
        rows = self._parts.store.read().execute(_ROWS, (account.api_key, fields.get("mid", ""))).fetchall()
        _put_page(resp, fields, [_message(row) for row in rows])

    def on_post_cancel(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Cancel a reserved request, at least five minutes before its time."""
        fields, account = self._admit(req)
        rows = self._parts.store.read().execute(_ROWS, (account.api_key, fields.get("mid", ""))).fetchall()
        if not rows or rows[0]["send_at"] is None:
            raise _refused(-805)
        if rows[0]["send_at"] < now_ms() + _CANCEL_BEFORE_MS:
            raise _refused(-804)
        network.cancel(self._parts.store, account, [row["message_id"] for row in rows])
        put(resp, _OK)

    def on_post_heart(self, req: falcon.Request, resp: falcon.Response) -> None:
        """How many Alimtalk messages the money pays for."""
        _, account = self._admit(req)
        left = accounts.balance(self._parts.store.read(), account.api_key) // _PRICE
        put(resp, {**_OK, "list": {"ALT_CNT": left}})

    def on_post_profiles(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Kakao channels."""
        _, account = self._admit(req)
        put(resp, {**_OK, "list": [{"senderKey": key, "status": "A"} for key in account.channels]})

    def on_post_templates(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A channel's templates."""
        fields, account = self._admit(req)
        channel = _channel(account, fields)
        own = [each for each in account.templates.values() if each.channel in ("", channel)]
        put(resp, {**_OK, "list": [_shown(each, channel) for each in own]})

    def on_post_add(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A new template, not yet handed to the reviewers."""
        fields, account = self._admit(req)
        channel = _channel(account, fields)
        if not fields.get("tpl_name") or not fields.get("tpl_content"):
            raise _refused(505)
        code = f"TX_{secrets.randbelow(90_000) + 10_000}"
        made = Template(
            template_id=code,
            channel=channel,
            content=fields["tpl_content"],
            buttons=tuple(_buttons(fields.get("tpl_button"))),
            name=fields["tpl_name"],
            status="PENDING",
        )
        self._save(account, made)
        put(resp, {**_OK, "data": _shown(made, channel)})

    def on_post_review(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Hand a draft, or what was rejected, to the reviewers."""
        fields, account = self._admit(req)
        template = account.templates.get(fields.get("tpl_code", ""))
        if template is None or template.status not in ("PENDING", "REJECTED"):
            raise _refused(505)
        self._save(account, replace(template, status="INSPECTING"))
        put(resp, _OK)

    def _save(self, account: Account, template: Template) -> None:
        with self._parts.store.write() as connection:
            known = accounts.find(connection, account.api_key) or account
            templates = {**known.templates, template.template_id: template}
            accounts.save(connection, replace(known, templates=templates))

    def _template_to_send(self, account: Account, fields: dict[str, str]) -> Template:
        if fields.get("sender", "").replace("-", "") not in account.senders:
            raise _refused(508)
        template = kakao_templates.find(account, fields.get("tpl_code", ""), _channel(account, fields))
        if template is None:
            raise _refused(510)
        return template

    def _admit(self, req: falcon.Request) -> tuple[dict[str, str], Account]:
        fields, _ = aligo_forms.read(req)
        account = self._owner(req, fields)
        if not self._tokens.holds(fields.get("token", ""), account.api_key, str(req.remote_addr)):
            raise _refused(-99)
        return fields, account

    def _owner(self, req: falcon.Request, fields: dict[str, str]) -> Account:
        key, user = fields.get("apikey", ""), fields.get("userid", "")
        return aligo_forms.account_of(self._parts, req, key, user, _refused(501))


_OK = {"code": 0, "message": "정상적으로 호출하였습니다."}


def _refused(code: int) -> Refusal:
    return Refusal(code, "code")


def _channel(account: Account, fields: dict[str, str]) -> str:
    channel = fields.get("senderkey", "")
    if channel not in account.channels:
        raise _refused(509)
    return channel


def _parcels(
    fields: dict[str, str], template: Template, opted_out: frozenset[str]
) -> tuple[list[Parcel], int]:
    """What is taken, and how many receivers were not."""
    parcels, count = [], 0
    send_at = _send_at(fields.get("senddate"))
    while f"receiver_{count + 1}" in fields:
        count += 1
        to = fields[f"receiver_{count}"].replace("-", "")
        if not fields.get(f"subject_{count}") or not fields.get(f"message_{count}"):
            raise _refused(505)
        if _NUMBER.fullmatch(to) and not network.refuses(to, opted_out):
            parcels.append(_parcel(fields, template, count, to, send_at))
    if not 1 <= count <= _MOST:
        raise _refused(505)
    return parcels, count - len(parcels)


def _parcel(fields: dict[str, str], template: Template, index: int, to: str, send_at: int | None) -> Parcel:
    text, buttons = fields[f"message_{index}"], _buttons(fields.get(f"button_{index}"))
    return Parcel(
        secrets.token_hex(12),
        to,
        fields["senderkey"],
        "ATA",
        text,
        kakao={"pfId": fields["senderkey"], "templateId": template.template_id, "buttons": buttons},
        price=_PRICE,
        send_at=send_at,
        # Neither a wrong text nor forgotten buttons are refused: the message fails later.
        plan=kakao_templates.fate(template, text, buttons),
    )


def _buttons(text: str | None) -> list[dict[str, str]]:
    if not text:
        return []
    try:
        given = json.loads(text)["button"]
        if any(each["linkType"] not in _BUTTON_TYPES or not each["linkTypeName"] for each in given):
            raise _refused(505)
        return [kakao_templates.shown(each) for each in given]
    except (ValueError, TypeError, KeyError):
        raise _refused(505) from None


def _send_at(text: str | None) -> int | None:
    if not text:
        return None
    at = seoul.read(text, "%Y%m%d%H%M%S")
    if at is None or at < now_ms():
        raise _refused(505)
    return at


def _shown(template: Template, channel: str) -> dict[str, Any]:
    names = {"buttonName": "name", "buttonType": "linkType", "linkAnd": "linkAnd"}
    return {
        "senderKey": channel,
        "templtCode": template.template_id,
        "templtName": template.name,
        "templtContent": template.content,
        "status": "S" if template.status == "STOPPED" else "A" if template.status == "APPROVED" else "R",
        "inspStatus": _STATES[template.status],
        "comments": [{"content": template.comment}] if template.comment else [],
        "buttons": [{names.get(k, k): v for k, v in button.items()} for button in template.buttons],
    }


def _message(row: Any) -> dict[str, Any]:
    pending = row["code"] in (ACCEPTED, UNCONFIRMED) or row["settled_at"] is None
    result, words = ("", "") if pending else _RESULTS.get(row["code"], ("Z", "알 수 없는 오류"))
    return {
        "msgid": str(row["seq"]),
        "type": "AT",
        "sender": row["peer"],
        "phone": row["phone"],
        "status": "2" if pending else "3",
        "reqdate": seoul.written(row["created_at"]),
        "sentdate": seoul.written(row["processed_at"]),
        "rsltdate": seoul.written(row["settled_at"]),
        "reportdate": seoul.written(row["settled_at"]),
        "rslt": result,
        "rslt_message": words,
        "message": row["text"],
    }


def _put_page(resp: falcon.Response, fields: dict[str, str], items: list[dict[str, Any]]) -> None:
    size = aligo_forms.number(fields, "limit", 50, 1, 500)
    page = aligo_forms.number(fields, "page", 1, 1, 10**6)
    put(
        resp,
        {
            **_OK,
            "list": items[(page - 1) * size : page * size],
            "currentPage": page,
            "totalPage": max(1, -(-len(items) // size)),
            "totalCount": len(items),
        },
    )


_ROUTES = {
    "alimtalk/send": "send",
    "history/list": "history",
    "history/detail": "detail",
    "cancel": "cancel",
    "heartinfo": "heart",
    "profile/list": "profiles",
    "template/list": "templates",
    "template/add": "add",
    "template/request": "review",
}


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> None:
    """The API under /akv10/."""
    kakao = Kakao(parts)
    app.add_route("/akv10/token/create/{count}/{unit}/", kakao, suffix="token")
    for path, suffix in _ROUTES.items():
        app.add_route(f"/akv10/{path}/", kakao, suffix=suffix)
