"""The console API: what a person would set in the carrier's web console, and what tests ask.

It has no login, so it answers only to callers on this machine: a request that came through a
proxy (the hub's public gateway sets X-Forwarded-For) does not find it.
"""

import json
from dataclasses import asdict, replace
from typing import Any

import falcon

from infra.simulator import accounts, replies
from infra.simulator.accounts import Account
from infra.simulator.faults import Faults
from infra.simulator.ids import iso
from infra.simulator.store import Store
from infra.simulator.webhooks import Courier

_MAX_LIMIT = 10_000
_COUNTS = """
SELECT phone, count(*) AS messages FROM messages
WHERE account = ? AND direction = 'out' AND accepted GROUP BY phone
"""
_REPEATED = """
SELECT reference FROM messages
WHERE account = ? AND direction = 'out' AND accepted AND reference IS NOT NULL
GROUP BY reference HAVING count(*) > 1 LIMIT 100
"""


class Console:
    """Accounts, faults, and what the carrier received."""

    def __init__(self, store: Store, faults: Faults, courier: Courier) -> None:
        self._store = store
        self._faults = faults
        self._courier = courier

    def on_put_account(self, req: falcon.Request, resp: falcon.Response, api_key: str) -> None:
        """Create an account or change the named settings; switches its webhook on again."""
        settings = _body(req)
        with self._store.write() as connection:
            account = accounts.find(connection, api_key) or Account(api_key)
            try:
                account = account.changed(settings)
            except ValueError as error:
                raise falcon.HTTPUnprocessableEntity(title=f"bad setting: {error}") from None
            accounts.save(connection, account)
        resp.media = self._shown(account)

    def on_get_account(self, req: falcon.Request, resp: falcon.Response, api_key: str) -> None:
        """An account without its secrets."""
        _direct(req)
        account = accounts.find(self._store.read(), api_key)
        if account is None:
            raise falcon.HTTPNotFound
        resp.media = self._shown(account)

    def _shown(self, account: Account) -> dict[str, Any]:
        shown = asdict(account)
        del shown["api_secret"], shown["webhook_secret"], shown["credentials"]
        shown["templates"] = list(shown["templates"].values())
        connection = self._store.read()
        shown["balance"] = accounts.balance(connection, account.api_key)
        shown["calls_waiting"] = connection.execute(
            "SELECT count(*) FROM calls WHERE account = ?", (account.api_key,)
        ).fetchone()[0]
        return shown

    def on_post_faults(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Switch faults on or off: `{api_key, reset_after_accept: 1, ...}`; answers all of them."""
        changes = _body(req)
        api_key = str(changes.pop("api_key", ""))
        try:
            resp.media = asdict(self._faults.set(api_key, changes))
        except ValueError as error:
            raise falcon.HTTPUnprocessableEntity(title=f"bad fault: {error}") from None

    def on_post_balance(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Set an account's money: `{api_key, balance}` in won."""
        body = _body(req)
        balance = body.get("balance")
        if type(balance) is not int:
            raise falcon.HTTPUnprocessableEntity(title="balance")
        with self._store.write() as connection:
            accounts.set_balance(connection, str(body.get("api_key")), balance)
        resp.media = {"balance": balance}

    def on_post_review(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Kakao's word on a template: `{api_key, template_id, status, comment}`."""
        body = _body(req)
        account, status = self._account(body), str(body.get("status"))
        template = account.templates.get(str(body.get("template_id")))
        if template is None or status not in accounts.TEMPLATE_STATES:
            raise falcon.HTTPUnprocessableEntity(title="template_id or status")
        reviewed = replace(template, status=status, comment=str(body.get("comment") or ""))
        with self._store.write() as connection:
            accounts.put_template(connection, account, reviewed)
        resp.media = asdict(reviewed)

    def on_post_opt_out(self, req: falcon.Request, resp: falcon.Response) -> None:
        """A number refuses by the 080 number: `{api_key, from, to}`."""
        body = _body(req)
        number, peer = str(body.get("from") or ""), str(body.get("to") or "")
        replies.refuse(self._store, self._courier, self._account(body).api_key, number, peer)
        resp.status = falcon.HTTP_CREATED

    def on_post_inbound(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Somebody texts a sender: `{api_key, from, to, text}`."""
        body = _body(req)
        number, peer, text = (str(body.get(name) or "") for name in ("from", "to", "text"))
        api_key = self._account(body).api_key
        replies.write_back(self._store, self._courier, api_key, number, peer, text)
        resp.status = falcon.HTTP_CREATED

    def _account(self, body: dict[str, Any]) -> Account:
        account = accounts.find(self._store.read(), str(body.get("api_key")))
        if account is None:
            raise falcon.HTTPNotFound
        return account

    def on_get_messages(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Messages in order of arrival: `api_key`, `limit` (≤ 10,000), `after` (a `seq`)."""
        _direct(req)
        limit = req.get_param_as_int("limit", min_value=1, max_value=_MAX_LIMIT, default=100)
        rows = self._store.read().execute(
            "SELECT * FROM messages WHERE account = ? AND seq > ? AND direction = 'out' ORDER BY seq LIMIT ?",
            (_api_key(req), req.get_param_as_int("after", default=0), limit),
        )
        items = [_item(row) for row in rows]
        resp.media = {"items": items, "next": items[-1]["seq"] if len(items) == limit else None}

    def on_get_counts(self, req: falcon.Request, resp: falcon.Response) -> None:
        """How many messages were accepted per number, and references accepted more than once."""
        _direct(req)
        api_key, connection = _api_key(req), self._store.read()
        counts = {row["phone"]: row["messages"] for row in connection.execute(_COUNTS, (api_key,))}
        repeated = [row["reference"] for row in connection.execute(_REPEATED, (api_key,))]
        resp.media = {
            "counts": counts,
            "numbers": len(counts),
            "total": sum(counts.values()),
            "most": max(counts.values(), default=0),
            "repeated_references": repeated,
        }


def _direct(req: falcon.Request) -> None:
    for name in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        if req.get_header(name):
            raise falcon.HTTPNotFound


def _body(req: falcon.Request) -> dict[str, Any]:
    _direct(req)
    try:
        body = json.loads(req.bounded_stream.read())
    except ValueError:
        raise falcon.HTTPBadRequest(title="the body is not JSON") from None
    if not isinstance(body, dict):
        raise falcon.HTTPBadRequest(title="the body is not a JSON object")
    return body


def _api_key(req: falcon.Request) -> str:
    return req.get_param("api_key", required=True)


def _item(row: Any) -> dict[str, Any]:
    return {
        "seq": row["seq"],
        "message_id": row["message_id"],
        "group_id": row["group_id"],
        "reference": row["reference"],
        "to": row["phone"],
        "from": row["peer"],
        "type": row["type"],
        "subject": row["subject"],
        "text": row["text"],
        "accepted": bool(row["accepted"]),
        "code": row["code"],
        "created_at": iso(row["created_at"]),
        "settled_at": iso(row["settled_at"]),
    }


def add_routes(
    app: "falcon.App[falcon.Request, falcon.Response]",
    store: Store,
    faults: Faults,
    courier: Courier,
) -> None:
    """The console under /simulator/console."""
    console = Console(store, faults, courier)
    app.add_route("/simulator/console/accounts/{api_key}", console, suffix="account")
    app.add_route("/simulator/console/faults", console, suffix="faults")
    app.add_route("/simulator/console/balance", console, suffix="balance")
    app.add_route("/simulator/console/reviews", console, suffix="review")
    app.add_route("/simulator/console/opt-outs", console, suffix="opt_out")
    app.add_route("/simulator/console/inbound", console, suffix="inbound")
    app.add_route("/simulator/console/messages", console, suffix="messages")
    app.add_route("/simulator/console/counts", console, suffix="counts")
    app.add_route("/simulator/console/messages/counts", console, suffix="counts")
