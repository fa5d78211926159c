"""HTTP for small carriers that are written from the carriers' documents alone.

They are an independent check of the gateways: nothing in this folder knows the simulator or was written by
looking at it, so a passage of a document that both sides of ours misread is read once more here. What a
document demands of a request is demanded byte by byte, from the request line and the headers as they came.
"""

import gzip
import json
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)
PAUSE = b""
"""Among the bytes of an answer: wait a moment before the next ones."""
_PAUSE_SECONDS = 0.05


@dataclass(frozen=True)
class Asked:
    """A request as it came: `target` is that of the request line, nothing decoded."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        asked = parse_qsl(self.target.partition("?")[2], keep_blank_values=True, errors="strict")
        assert len(dict(asked)) == len(asked), "a parameter twice"
        return dict(asked)

    def header(self, name: str) -> str:
        """The one header of this name; empty when there is none, or more than one."""
        found = [value for key, value in self.headers if key.lower() == name.lower()]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, **headers: str) -> "Reply":
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        return Reply(self.status, self.body, self.headers + named)


def as_json(value: Any, status: int = 200, content_type: str = "application/json") -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False).encode(), (("Content-Type", content_type),))


Wire = Callable[[Reply], Iterable[bytes]]
"""How a reply is put into bytes."""


def head(status: int, headers: Iterable[tuple[str, str]]) -> bytes:
    """Every answer ends its connection, and says so."""
    named = (f"{name}: {value}" for name, value in (*headers, ("connection", "close")))
    return "\r\n".join([f"HTTP/1.1 {status} Whatever", *named, "", ""]).encode()


def plain(reply: Reply) -> Iterator[bytes]:
    yield head(reply.status, (*reply.headers, ("Content-Length", str(len(reply.body)))))
    yield reply.body


def until_closed(reply: Reply) -> Iterator[bytes]:
    yield head(reply.status, reply.headers) + reply.body


def of_old(reply: Reply) -> Iterator[bytes]:
    """HTTP/1.0, as Python's own small server speaks it unless it is told otherwise."""
    yield head(reply.status, reply.headers).replace(b"HTTP/1.1", b"HTTP/1.0", 1) + reply.body


def chunked(reply: Reply) -> Iterator[bytes]:
    yield head(reply.status, (*reply.headers, ("transfer-ENCODING", "chunked")))
    for start in range(0, len(reply.body), 7):
        piece = reply.body[start : start + 7]
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    yield b"0\r\n\r\n"


def gzipped(reply: Reply) -> Iterator[bytes]:
    yield from plain(
        Reply(reply.status, gzip.compress(reply.body), (*reply.headers, ("content-encoding", "gzip")))
    )


def deflated(reply: Reply) -> Iterator[bytes]:
    yield from plain(
        Reply(reply.status, zlib.compress(reply.body), (*reply.headers, ("CONTENT-ENCODING", "deflate")))
    )


def half(reply: Reply) -> Iterator[bytes]:
    """Half of the body, and a length that says so: what is left is no JSON."""
    yield from plain(Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers))


def cut_off(reply: Reply) -> Iterator[bytes]:
    """The length of all of it, and half of it."""
    yield head(reply.status, (*reply.headers, ("Content-Length", str(len(reply.body)))))
    yield reply.body[: len(reply.body) // 2]


def nothing(_: Reply) -> Iterator[bytes]:
    return iter(())


def dripping(reply: Reply) -> Iterator[bytes]:
    """A byte now and then, for longer than anybody waits."""
    yield head(reply.status, (*reply.headers, ("Content-Length", str(len(reply.body)))))
    for index in range(len(reply.body)):
        yield reply.body[index : index + 1]
        yield PAUSE


def instead(status: int, body: bytes = b"", **headers: str) -> Wire:
    """Another answer in the place of the right one."""
    return lambda _: plain(Reply(status, body).with_headers(**headers))


@dataclass
class Carrier:
    """Answers requests one at a time.

    `spoils` are how the next replies are put on the wire, after the carrier has done what was asked;
    `unheard` are answers in whose place it does nothing. `shape` is done to every answer that is JSON.
    `complaints` is what the hub did against the document, or what the hub must never ask for.
    """

    asked: list[Asked] = field(default_factory=list)
    spoils: list[Wire] = field(default_factory=list)
    unheard: list[Wire] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    shape: Callable[[Any], Any] = lambda answer: answer
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def numbers(self) -> list[str]:
        """To whom it was taken, once for each message."""
        raise NotImplementedError

    def cancelled(self) -> list[str]:
        """To whom a message was reserved that will not be sent."""
        raise NotImplementedError

    def bytes_for(self, asked: Asked) -> Iterable[bytes]:
        with self.lock:
            self.asked.append(asked)
            if self.unheard:
                return self.unheard.pop(0)(Reply())
            reply = self.answer(asked)
            wire = self.spoils.pop(0) if self.spoils else plain
        return wire(self._shaped(reply))

    def _shaped(self, reply: Reply) -> Reply:
        if dict(reply.headers).get("Content-Type") is None or not reply.body:
            return reply
        body = json.dumps(self.shape(json.loads(reply.body)), ensure_ascii=False).encode()
        return Reply(reply.status, body, reply.headers)


@contextmanager
def served(carrier: Carrier) -> Iterator[str]:
    """The carrier on a port of this machine; the base address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def parse_request(self) -> bool:
            understood = super().parse_request()
            if understood:
                self.do_any()
            self.close_connection = True
            return False

        def do_any(self) -> None:
            assert self.headers.get("Transfer-Encoding") is None, "no length"
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            asked = Asked(self.command, self.path, tuple(self.headers.items()), body)
            for piece in carrier.bytes_for(asked):
                self.wfile.write(piece)
                if piece == PAUSE:
                    time.sleep(_PAUSE_SECONDS)

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Who hangs up on a carrier does not fill the log."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
