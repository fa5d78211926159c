"""Aligo's SMS API: sending, lists, what is left, cancelling. Its Kakao API is `aligo_kakao.py`."""

import json
import secrets
from typing import Any

import falcon

from infra.simulator import accounts, aligo_checks, aligo_forms, aligo_kakao, network, seoul
from infra.simulator.accounts import Account
from infra.simulator.aligo_errors import Refusal, put
from infra.simulator.ids import now_ms
from infra.simulator.outcomes import ACCEPTED, CANCELLED
from infra.simulator.parts import Parts

_DAY_MS = 24 * 3600 * 1000
_CANCEL_BEFORE_MS = 5 * 60 * 1000
_KINDS = "('SMS', 'LMS', 'MMS')"
_STATES = {
    "4000": "발송완료",
    "3032": "발송실패[결번]",
    "3040": "발송실패[전송시간초과]",
    "3042": "발송실패[음영지역]",
    "3043": "발송실패[전원꺼짐]",
    "3054": "발송실패[스팸차단]",
    CANCELLED: "예약취소",
}
_LIST = f"""
SELECT group_id, min(type) AS type, min(peer) AS peer, count(*) AS size, min(seq) AS first,
    min(created_at) AS created_at, min(send_at) AS send_at,
    sum(settled_at IS NOT NULL AND code NOT IN ('4000')) AS failed
FROM messages
WHERE account = ? AND direction = 'out' AND accepted AND type IN {_KINDS}
    AND created_at >= ? AND created_at < ?
GROUP BY group_id ORDER BY first DESC LIMIT ? OFFSET ?
"""
_ROWS = f"""
SELECT * FROM messages
WHERE account = ? AND group_id = ? AND direction = 'out' AND accepted AND type IN {_KINDS}
ORDER BY seq LIMIT ? OFFSET ?
"""


class Texts:
    """The SMS API's calls; each has `key` and `user_id`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def on_post_send(self, req: falcon.Request, resp: falcon.Response) -> None:
        """One text to many."""
        self._take(req, resp, mass=False)

    def on_post_mass(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A text of their own to each."""
        self._take(req, resp, mass=True)

    def _take(self, req: falcon.Request, resp: falcon.Response, *, mass: bool) -> None:
        fields, pictures = aligo_forms.read(req)
        account = self._account(req, fields)
        self._parts.gate.enter(req, account.api_key)
        connection = self._parts.store.read()
        check = aligo_checks.many_texts if mass else aligo_checks.one_text
        picture = secrets.token_hex(8) if pictures else None
        order = check(account, fields, picture, network.opted_out(connection, account.api_key))
        price = sum(parcel.price for parcel in order.parcels)
        if price > accounts.balance(connection, account.api_key):
            raise Refusal(-201)
        self._parts.gate.pace(account, len(order.parcels))
        at = now_ms()
        mid = aligo_checks.new_mid(at)
        if fields.get("testmode_yn") != "Y":
            self._store(account, mid, at, order, picture, pictures)
        answer = _accepted(mid, order, as_text=mass)
        resp.content_type = "text/html; charset=UTF-8"
        self._parts.gate.leave(req, resp, account.api_key, json.dumps(answer, ensure_ascii=False).encode())

    def _store(
        self,
        account: Account,
        mid: str,
        at: int,
        order: aligo_checks.Order,
        picture: str | None,
        pictures: list[bytes],
    ) -> None:
        if picture is not None:
            network.keep_image(self._parts.store, account, picture, "image1.jpg", pictures[0], None)
        with self._parts.store.write() as connection:
            network.take(connection, account, mid, at, order.parcels)
        self._parts.engine.wake()

    def on_post_list(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The requests of some days, newest first: one row each, with the text of its first message."""
        fields, _ = aligo_forms.read(req)
        account = self._account(req, fields)
        start = fields.get("start_date") or seoul.written(now_ms(), "%Y%m%d")
        since = seoul.read(start, "%Y%m%d")
        if since is None:
            raise Refusal(-102)
        until = since + aligo_forms.number(fields, "limit_day", 1, 1, 90) * _DAY_MS
        rows, more = self._page(_LIST, fields, account.api_key, since, until)
        put(resp, {**_OK, "list": [self._request(row) for row in rows], "next_yn": "Y" if more else "N"})

    def _request(self, row: Any) -> dict[str, Any]:
        first = self._parts.store.read().execute("SELECT text FROM messages WHERE seq = ?", (row["first"],))
        return {
            "mid": row["group_id"],
            "type": row["type"],
            "sender": row["peer"],
            "sms_count": row["size"],
            "reserve_state": "예약대기중" if (row["send_at"] or 0) > now_ms() else "",
            "msg": first.fetchone()["text"],
            "fail_count": row["failed"],
            "reg_date": seoul.written(row["created_at"]),
            "reserve": seoul.written(row["send_at"]),
        }

    def on_post_sms_list(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The messages of a request; their texts are not shown."""
        fields, _ = aligo_forms.read(req)
        account = self._account(req, fields)
        rows, more = self._page(_ROWS, fields, account.api_key, fields.get("mid", ""))
        put(resp, {**_OK, "list": [_message(row) for row in rows], "next_yn": "Y" if more else "N"})

    def _page(self, sql: str, fields: dict[str, str], *values: Any) -> tuple[list[Any], bool]:
        size = aligo_forms.number(fields, "page_size", 30, 1, 500)
        page = aligo_forms.number(fields, "page", 1, 1, 10**6)
        found = self._parts.store.read().execute(sql, (*values, size + 1, (page - 1) * size)).fetchall()
        return found[:size], len(found) > size

    def on_post_remain(self, req: falcon.Request, resp: falcon.Response) -> None:
        """How many texts of each kind the money pays for."""
        fields, _ = aligo_forms.read(req)
        account = self._account(req, fields)
        put(
            resp,
            {**_OK, **aligo_checks.affordable(accounts.balance(self._parts.store.read(), account.api_key))},
        )

    def on_post_cancel(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Cancel a reserved request, at least five minutes before its time."""
        fields, _ = aligo_forms.read(req)
        account = self._account(req, fields)
        rows = self._parts.store.read().execute(_ROWS, (account.api_key, fields.get("mid", ""), 1000, 0))
        found = rows.fetchall()
        if not found or found[0]["send_at"] is None:
            raise Refusal(-805)
        if found[0]["send_at"] < now_ms() + _CANCEL_BEFORE_MS:
            raise Refusal(-804)
        network.cancel(self._parts.store, account, [row["message_id"] for row in found])
        put(resp, {**_OK, "cancel_date": seoul.written(now_ms())})

    def _account(self, req: falcon.Request, fields: dict[str, str]) -> Account:
        user = fields.get("user_id") or fields.get("userid") or ""
        return aligo_forms.account_of(self._parts, req, fields.get("key", ""), user, Refusal(-101))


_OK = {"result_code": 1, "message": "success"}


def _accepted(mid: str, order: aligo_checks.Order, *, as_text: bool) -> dict[str, Any]:
    """Codes and counts come as numbers or as the same in text."""
    form: Any = str if as_text else int
    return {
        "result_code": form(1),
        "message": "success",
        "msg_id": form(mid),
        "success_cnt": form(len(order.parcels)),
        "error_cnt": form(order.failed),
        "msg_type": order.kind,
    }


def _message(row: Any) -> dict[str, Any]:
    waiting = "예약대기중" if (row["send_at"] or 0) > now_ms() else "발송대기"
    pending = waiting if row["code"] == ACCEPTED else "전송중"
    return {
        "mdid": str(row["seq"]),
        "type": row["type"],
        "sender": row["peer"],
        "receiver": row["phone"],
        "sms_state": _STATES.get(row["code"], "발송실패") if row["settled_at"] else pending,
        "reg_date": seoul.written(row["created_at"]),
        "send_date": seoul.written(row["settled_at"]),
        "reserve_date": seoul.written(row["send_at"]),
    }


_ROUTES = ("send", "list", "sms_list", "remain", "cancel")


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", parts: Parts) -> None:
    """Both APIs, the SMS API at the server's root."""
    texts = Texts(parts)
    for name in _ROUTES:
        app.add_route(f"/{name}/", texts, suffix=name)
    app.add_route("/send_mass/", texts, suffix="mass")
    aligo_kakao.add_routes(app, parts)
