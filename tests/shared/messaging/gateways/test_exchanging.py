"""Bytes on real sockets: what was written once is never written again, and what was not is known."""

import gzip
import ipaddress
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import urllib3.util.connection
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from urllib3.exceptions import HTTPError

from shared.messaging.gateways import exchanging
from shared.messaging.gateways.exchanging import (
    CallTimeout,
    NothingWritten,
    Request,
    TooLong,
    Unwritable,
    exchange,
)
from tests.infra.simulator.running import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
Script = Callable[[int, int, socket.socket], bool]


class Server:
    """Reads whole requests and lets `script(connection number, request number of it, socket)` answer; a
    connection ends when that says no.
    """

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[int, bytes]] = []
        self._script, self._tls = script, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(number, connection), daemon=True).start()
            number += 1

    def _serve(self, number: int, plain: socket.socket) -> None:
        try:
            connection = self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            told = 0
            while (request := _read(connection)) and self._hear(number, request, told, connection):
                told += 1
            connection.close()
        except OSError:
            plain.close()

    def _hear(self, number: int, request: bytes, told: int, connection: socket.socket) -> bool:
        self.requests.append((number, request))
        return self._script(number, told, connection)


def _read(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        piece = connection.recv(65536)
        if not piece:
            return b""
        got += piece
    head, body = got.split(b"\r\n\r\n", 1)
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def serving() -> Iterator[Callable[..., Server]]:
    """Starts servers; ends them."""
    servers: list[Server] = []

    def start(script: Script, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(script, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def says(*answers: bytes) -> Script:
    """Each connection answers its requests so, then hangs up."""

    def script(_number: int, told: int, connection: socket.socket) -> bool:
        connection.sendall(answers[min(told, len(answers) - 1)])
        return True

    return script


def ask(server: Server, body: bytes = b"text", seconds: float = 10.0, scheme: str = "http") -> bytes:
    url = f"{scheme}://127.0.0.1:{server.port}/send?a=%20b"
    headers = {"Content-Length": str(len(body))} if body else {}
    return exchange(Request("POST", url, headers, body, time.monotonic() + seconds)).content


def test_a_connection_is_used_again(serving: Callable[..., Server]) -> None:
    server = serving(says(OK))
    assert [ask(server) for _ in range(3)] == [b"OK"] * 3
    assert [number for number, _ in server.requests] == [0, 0, 0]
    assert server.requests[0][1].startswith(b"POST /send?a=%20b HTTP/1.1\r\n")


def test_an_old_connection_is_not(serving: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> None:
    server = serving(says(OK))
    ask(server)
    monkeypatch.setattr(exchanging, "_IDLE_SECONDS", 0.0)
    ask(server)
    assert [number for number, _ in server.requests] == [0, 1]


def test_a_connection_that_was_closed_meanwhile_costs_nothing(serving: Callable[..., Server]) -> None:
    def once(_number: int, _told: int, connection: socket.socket) -> bool:
        connection.sendall(OK)
        return False

    server = serving(once)
    for _ in range(3):
        assert ask(server) == b"OK"
        time.sleep(0.05)


def test_what_a_dying_connection_swallowed_is_not_sent_again(serving: Callable[..., Server]) -> None:
    """The carrier took the second request and reset the connection: a client that helps would double it."""

    def script(_number: int, told: int, connection: socket.socket) -> bool:
        if told == 0:
            connection.sendall(OK)
        return told == 0

    server = serving(script)
    assert ask(server) == b"OK"
    with pytest.raises(HTTPError):
        ask(server, b"twice?")
    time.sleep(0.1)
    assert [request.endswith(b"twice?") for _, request in server.requests] == [False, True]


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 20",
        b"",
    ],
)
def test_half_an_answer_is_none(serving: Callable[..., Server], answer: bytes) -> None:
    def script(_number: int, _told: int, connection: socket.socket) -> bool:
        connection.sendall(answer)
        return False

    server = serving(script)
    with pytest.raises(HTTPError):
        ask(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "content"),
    [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n", b"OK"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 2\r\n\r\nno", b"no"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy", b"busy"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", b"OK"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", b"packed"),
    ],
)
def test_every_form_of_answer_is_read_and_leaves_the_connection_clean(
    serving: Callable[..., Server], answer: bytes, content: bytes
) -> None:
    if b"%d" in answer:
        packed = gzip.compress(content)
        answer %= (len(packed), packed)
    server = serving(says(answer, OK))
    assert ask(server) == content
    assert ask(server) == b"OK"
    assert [number for number, _ in server.requests] == [0, 0]


def test_a_long_body_goes_out_whole(serving: Callable[..., Server]) -> None:
    server = serving(says(OK))
    long = bytes(range(256)) * 2000
    assert ask(server, long) == b"OK"
    assert server.requests[0][1].endswith(long)
    assert b"chunked" not in server.requests[0][1][:300]


def test_an_answer_that_trickles_is_given_up(serving: Callable[..., Server]) -> None:
    def script(_number: int, _told: int, connection: socket.socket) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.02)
        return False

    started = time.monotonic()
    with pytest.raises(CallTimeout):
        ask(serving(script), seconds=0.3)
    assert time.monotonic() - started < 5


def test_a_packed_answer_cannot_fill_the_memory(
    serving: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "_MOST_BYTES", 1_000_000)
    bomb = gzip.compress(bytes(50_000_000))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    tracemalloc.start()
    try:
        with pytest.raises(TooLong):
            ask(serving(says(head + bomb)))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("start", "piece"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
    ],
)
def test_no_part_of_an_answer_can_trickle_for_ever(
    serving: Callable[..., Server], start: bytes, piece: bytes
) -> None:
    """Each byte comes in time for itself: a thread would wait for the whole as long as somebody likes."""

    def script(_number: int, _told: int, connection: socket.socket) -> bool:
        connection.sendall(start)
        for _ in range(150):
            connection.sendall(piece)
            time.sleep(0.02)
        return False

    started = time.monotonic()
    with pytest.raises(CallTimeout):
        ask(serving(script), seconds=0.3)
    assert time.monotonic() - started < 1.5


def test_an_answer_in_the_last_moment_leaves_its_patience_to_nobody(serving: Callable[..., Server]) -> None:
    def script(_number: int, told: int, connection: socket.socket) -> bool:
        time.sleep(0.5 * told)
        connection.sendall(OK)
        return True

    server = serving(script)
    assert ask(server, seconds=0.2) == b"OK"
    assert ask(server, bytes(300_000)) == b"OK"
    assert [number for number, _ in server.requests] == [0, 0], "over the same connection"


def test_what_is_connected_too_late_is_not_written(
    serving: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = urllib3.util.connection.create_connection

    def slowly(*arguments: object, **options: object) -> socket.socket:
        time.sleep(0.3)
        return connect(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(urllib3.util.connection, "create_connection", slowly)
    server = serving(says(OK))
    with pytest.raises(NothingWritten, match="CONNECT_TIMEOUT"):
        ask(server, seconds=0.2)
    assert server.requests == []


def test_many_at_once_are_each_sent_once(serving: Callable[..., Server]) -> None:
    server = serving(says(OK))
    with ThreadPoolExecutor(30) as pool:
        assert list(pool.map(lambda n: ask(server, b"%03d" % n), range(90))) == [b"OK"] * 90
    assert sorted(request[-3:] for _, request in server.requests) == [b"%03d" % n for n in range(90)]


def test_a_closed_port_took_nothing() -> None:
    with pytest.raises(NothingWritten, match="NOT_CONNECTED"):
        exchange(Request("POST", f"http://127.0.0.1:{free_port()}/", {}, b"x", time.monotonic() + 5))


@pytest.mark.parametrize(
    ("error", "code"), [(socket.gaierror("no"), "NO_SUCH_HOST"), (TimeoutError("slow"), "CONNECT_TIMEOUT")]
)
def test_who_is_not_reached_took_nothing(
    monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: object, **__: object) -> socket.socket:
        raise error

    monkeypatch.setattr(urllib3.util.connection, "create_connection", fail)
    with pytest.raises(NothingWritten, match=code):
        exchange(Request("POST", "http://carrier.invalid/", {}, b"x", time.monotonic() + 5))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://127.0.0.1:9/", "키"),
        ("http://127.0.0.1:9/", "\ud83d"),
        ("http://127.0.0.1:9/", "key\r\nX-More: 1"),
        ("http://127.0.0.1:9/보내기", "key"),
        ("http://127.0.0.1:9/a b", "key"),
        ("http://127.0.0.1:x/", "key"),
        ("gopher://127.0.0.1:9/", "key"),
        ("127.0.0.1:9", "key"),
    ],
)
def test_what_fits_into_no_head_is_not_tried(url: str, key: str) -> None:
    with pytest.raises(Unwritable):
        exchange(Request("POST", url, {"X-Key": key}, b"x", time.monotonic() + 5))


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS, with a certificate of its own that stands in `folder`/cert.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def test_a_carrier_whose_certificate_is_good(
    serving: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(says(OK), certificate(tmp_path))
    monkeypatch.setattr(
        "shared.messaging.gateways.exchanging.certifi.where", lambda: str(tmp_path / "cert.pem")
    )
    assert [ask(server, scheme="https") for _ in range(2)] == [b"OK"] * 2
    assert [number for number, _ in server.requests] == [0, 0]


def test_nothing_is_said_to_one_whose_certificate_is_not(
    serving: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Self-signed, or one that speaks no TLS: not one byte of a text leaves."""
    monkeypatch.setattr(exchanging, "_CONNECT_SECONDS", 0.5)
    stranger, plain = serving(says(OK), certificate(tmp_path)), serving(says(OK))
    for server, code in ((stranger, "TLS_FAILED"), (plain, "CONNECT_TIMEOUT")):
        with pytest.raises(NothingWritten, match=code):
            ask(server, scheme="https")
    assert stranger.requests == plain.requests == []
