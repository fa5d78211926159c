"""Virtual phones: the page a person opens, and the small JSON API behind it."""

import hashlib
import json
import re
import sqlite3
from pathlib import Path
from string import Template
from typing import Any

import falcon

from infra.simulator import accounts, replies
from infra.simulator.codes import meanings
from infra.simulator.ids import iso
from infra.simulator.store import Store
from infra.simulator.webhooks import Courier
from infra.simulator.words import words

_HERE = Path(__file__).parent
_SCRIPT = "text/javascript; charset=utf-8"
_STATIC = {"phones.js": _SCRIPT, "parts.js": _SCRIPT, "phones.css": "text/css; charset=utf-8"}
_PAGE = 50
_MAX_TEXT = 1000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_LIST = """
SELECT phones.number, phones.last_seq, phones.messages, messages.text, messages.type,
    messages.code, messages.direction, messages.created_at
FROM phones JOIN messages ON messages.seq = phones.last_seq
WHERE phones.last_seq < ? AND phones.number LIKE ? ESCAPE '\\'
ORDER BY phones.last_seq DESC LIMIT ?
"""
_PICTURE = """
SELECT images.jpeg FROM messages
JOIN images ON images.account = messages.account AND images.image_id = messages.image_id
WHERE messages.seq = ? AND messages.phone = ?
"""
# What a phone shows; nothing else is handed to a browser.
_PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}
_THREADS = """
SELECT account, peer, max(seq) AS last_seq FROM messages
WHERE phone = ? AND direction = 'out' AND accepted GROUP BY account, peer ORDER BY last_seq DESC
LIMIT 20
"""


class Page:
    """The page itself and its two static files."""

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """The shell, in Korean or with `?lang=en` in English."""
        language = "en" if req.get_param("lang") == "en" else "ko"
        catalogue = words(language)
        template = Template((_HERE / "static" / "phones.html").read_text())
        data = {"words": catalogue, "codes": meanings(language), "language": language}
        safe = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")
        resp.content_type = falcon.MEDIA_HTML
        resp.set_header("Content-Security-Policy", _POLICY)
        resp.set_header("Cache-Control", "no-store")
        resp.text = template.substitute(catalogue, language=language, data=safe)

    def on_get_static(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Our own script and style sheet."""
        if name not in _STATIC:
            raise falcon.HTTPNotFound
        resp.content_type = _STATIC[name]
        resp.set_header("Cache-Control", "no-cache")
        resp.data = (_HERE / "static" / name).read_bytes()

    def on_get_bare(self, req: falcon.Request, resp: falcon.Response) -> None:
        """`/simulator` → `/simulator/`, so that the page's relative addresses hold."""
        raise falcon.HTTPFound("/simulator/")


class Phones:
    """Phones, their conversations, replies and opt-outs."""

    def __init__(self, store: Store, courier: Courier) -> None:
        self._store = store
        self._courier = courier

    def on_get_list(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Phones by newest message: `q` (digits of the number), `before` (a `seq`).

        With `version` equal to the present one the answer is only `{version}`.
        """
        version = self._store.version
        if req.get_param("version") == str(version):
            resp.media = {"version": version}
            return
        digits = re.sub(r"\D", "", req.get_param("q") or "")
        before = req.get_param_as_int("before", default=2**62)
        connection = self._store.read()
        rows = connection.execute(_LIST, (before, f"%{digits}%", _PAGE)).fetchall()
        total = connection.execute("SELECT count(*) FROM phones").fetchone()[0]
        resp.media = {
            "version": version,
            "total": total,
            "phones": [_phone(row) for row in rows],
            "next": rows[-1]["last_seq"] if len(rows) == _PAGE else None,
        }

    def on_get_messages(self, req: falcon.Request, resp: falcon.Response, number: str) -> None:
        """A phone's newest messages, oldest first: `before` (a `seq`) for older ones."""
        connection, version = self._store.read(), self._store.version
        before = req.get_param_as_int("before", default=2**62)
        rows = connection.execute(
            "SELECT * FROM messages WHERE phone = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            (number, before, _PAGE),
        ).fetchall()
        resp.media = {
            "version": version,
            "number": number,
            "messages": [_bubble(row) for row in reversed(rows)],
            "next": rows[-1]["seq"] if len(rows) == _PAGE else None,
            "threads": _threads(connection, number),
        }

    def on_get_picture(self, req: falcon.Request, resp: falcon.Response, number: str, seq: int) -> None:
        """The picture of a message on a phone, as it was uploaded."""
        row = self._store.read().execute(_PICTURE, (seq, number)).fetchone()
        content = row["jpeg"] if row is not None else b""
        kind = next((kind for head, kind in _PICTURES.items() if content.startswith(head)), None)
        if kind is None:
            raise falcon.HTTPNotFound
        resp.content_type, resp.data = kind, content
        resp.set_header("X-Content-Type-Options", "nosniff")
        resp.set_header("Cache-Control", "private, max-age=3600")

    def on_post_reply(self, req: falcon.Request, resp: falcon.Response, number: str) -> None:
        """A text typed on the phone: `{thread, text}`."""
        body = _body(req)
        text = str(body.get("text") or "").strip()
        if not text or len(text) > _MAX_TEXT:
            raise falcon.HTTPUnprocessableEntity(title="text")
        thread = self._thread(number, body)
        replies.write_back(self._store, self._courier, thread["account"], number, thread["peer"], text)
        resp.status = falcon.HTTP_CREATED

    def on_post_opt_out(self, req: falcon.Request, resp: falcon.Response, number: str) -> None:
        """Opt out as by the carrier's free 080 number: `{thread}`. The carrier refuses this
        number from now on, and the hub gets the text 수신거부 from it.
        """
        thread = self._thread(number, _body(req))
        replies.refuse(self._store, self._courier, thread["account"], number, thread["peer"])
        resp.status = falcon.HTTP_CREATED

    def on_delete_opt_out(self, req: falcon.Request, resp: falcon.Response, number: str) -> None:
        """Take the opt-out back at the carrier: `{thread}`. The hub's own list stays."""
        thread = self._thread(number, _body(req))
        with self._store.write() as connection:
            connection.execute(
                "DELETE FROM opt_outs WHERE account = ? AND phone = ?", (thread["account"], number)
            )
        resp.status = falcon.HTTP_NO_CONTENT

    def _thread(self, number: str, body: dict[str, Any]) -> sqlite3.Row:
        """The thread that is answered: only who wrote to a phone can be written back to."""
        for row in self._store.read().execute(_THREADS, (number,)):
            if _thread_id(row) == body.get("thread"):
                return row  # type: ignore[no-any-return]
        raise falcon.HTTPNotFound


def _body(req: falcon.Request) -> dict[str, Any]:
    # Asking for this content type keeps other sites' forms from posting here.
    if (req.content_type or "").split(";")[0] != falcon.MEDIA_JSON:
        raise falcon.HTTPUnsupportedMediaType
    try:
        body = json.loads(req.bounded_stream.read())
    except ValueError:
        raise falcon.HTTPBadRequest from None
    if not isinstance(body, dict):
        raise falcon.HTTPBadRequest
    return body


def _phone(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "number": row["number"],
        "seq": row["last_seq"],
        "messages": row["messages"],
        "preview": row["text"][:80],
        "type": row["type"],
        "code": row["code"],
        "direction": row["direction"],
        "at": iso(row["created_at"]),
    }


def _bubble(row: sqlite3.Row) -> dict[str, Any]:
    kakao = json.loads(row["kakao"]) if row["kakao"] else {}
    return {
        "seq": row["seq"],
        "direction": row["direction"],
        "thread": _thread_id(row),
        "peer": row["peer"],
        "type": row["type"],
        "subject": row["subject"],
        "text": row["text"],
        "image": row["image_id"] is not None,
        "buttons": kakao.get("buttons") or [],
        "code": row["code"],
        "at": iso(row["created_at"]),
        "settled_at": iso(row["settled_at"]),
    }


def _threads(connection: sqlite3.Connection, number: str) -> list[dict[str, Any]]:
    opted_out = {
        row["account"]
        for row in connection.execute("SELECT account FROM opt_outs WHERE phone = ?", (number,))
    }
    threads = []
    for row in connection.execute(_THREADS, (number,)):
        account = accounts.find(connection, row["account"])
        threads.append(
            {
                "id": _thread_id(row),
                "peer": row["peer"],
                "label": account.label if account else "",
                "answerable": bool(account and account.inbound_url),
                "opted_out": row["account"] in opted_out,
            }
        )
    return threads


def _thread_id(row: sqlite3.Row) -> str:
    """A name for (account, peer) that does not show the account's API key on a public page."""
    return hashlib.sha256(f"{row['account']}\n{row['peer']}".encode()).hexdigest()[:16]


def add_routes(app: "falcon.App[falcon.Request, falcon.Response]", store: Store, courier: Courier) -> None:
    """The page under /simulator/ and its API under /simulator/api."""
    page, phones = Page(), Phones(store, courier)
    app.add_route("/simulator", page, suffix="bare")
    app.add_route("/simulator/", page)
    app.add_route("/simulator/static/{name}", page, suffix="static")
    app.add_route("/simulator/api/phones", phones, suffix="list")
    app.add_route("/simulator/api/phones/{number}/messages", phones, suffix="messages")
    app.add_route("/simulator/api/phones/{number}/messages/{seq:int}/picture", phones, suffix="picture")
    app.add_route("/simulator/api/phones/{number}/replies", phones, suffix="reply")
    app.add_route("/simulator/api/phones/{number}/opt-out", phones, suffix="opt_out")
