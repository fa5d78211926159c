"""Threads that stay with a connection: nobody else waits for them, and nothing on the wire changes."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra import staying_worker
from tests.infra.simulator.running import free_port

APP = """
def app(environ, start_response):
    body = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
REQUEST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"


class Client:
    """A connection that is kept alive."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)

    def ask(self, *words: bytes) -> bytes:
        """Sends requests in one piece; the answers once the last of `words` has come back."""
        self.socket.sendall(b"".join(REQUEST + word for word in words))
        answer = b""
        while answer.count(b"200 OK") < len(words) or not answer.endswith(words[-1]):
            piece = self.socket.recv(65536)
            assert piece, answer
            answer += piece
        return answer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """One process with one thread, so that a thread which stays too long is felt."""
    (tmp_path / "echo.py").write_text(APP)
    port = free_port()
    options = ["-k", "infra.staying_worker.StayingWorker", "--threads", "1", "--no-control-socket"]
    command = [sys.executable, "-m", "gunicorn", *options, "-b", f"127.0.0.1:{port}", "echo:app"]
    path = os.pathsep.join([str(tmp_path), str(Path(__file__).parents[2])])
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, cwd=tmp_path)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            time.sleep(0.05)
    yield process, port
    if process.poll() is None:
        process.send_signal(signal.SIGQUIT)
        process.wait(10)


def test_one_asks_again_and_again(server: tuple[subprocess.Popen[bytes], int]) -> None:
    client = Client(server[1])
    for number in range(50):
        assert client.ask(b"%04d" % number).endswith(b"%04d" % number)
    time.sleep(0.1)
    assert client.ask(b"late").endswith(b"late"), "its thread went, the connection stayed"


def test_who_only_waits_holds_no_thread(server: tuple[subprocess.Popen[bytes], int]) -> None:
    """Ten people with open connections and one thread: each is answered, and soon."""
    clients = [Client(server[1]) for _ in range(10)]
    for _ in range(3):
        for client in clients:
            assert client.ask(b"some").endswith(b"some")


def test_requests_in_one_piece_are_all_answered(server: tuple[subprocess.Popen[bytes], int]) -> None:
    answer = Client(server[1]).ask(b"one.", b"two.", b"last")
    assert [word in answer for word in (b"one.", b"two.", b"last")] == [True] * 3


def test_it_ends_when_told_to_beside_open_connections(server: tuple[subprocess.Popen[bytes], int]) -> None:
    process, port = server
    client = Client(port)
    client.ask(b"some")
    process.terminate()
    assert process.wait(10) == 0
    assert client.socket.recv(10) == b""


def test_the_date_of_an_answer_is_now() -> None:
    now = int(time.time())
    assert staying_worker._http_date() in {formatdate(second, usegmt=True) for second in (now, now + 1)}
    assert staying_worker._http_date(784111777.9) == "Sun, 06 Nov 1994 08:49:37 GMT"


class Wire:
    """A socket that keeps what is sent, piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        self.pieces.append(data)


def answer(wire: Wire, headers: list[tuple[str, str]], *body: bytes) -> list[bytes]:
    """What gunicorn sends of an application's answer."""
    request = SimpleNamespace(method="GET", version=(1, 1), should_close=lambda: False)
    response = staying_worker.AnswerInOne(request, wire, SimpleNamespace(protocol="http"))
    response.start_response("200 OK", headers)
    for piece in body:
        response.write(piece)
    response.close()
    return wire.pieces


def test_head_and_body_go_in_one_piece() -> None:
    pieces = answer(Wire(), [("Content-Length", "4")], b"some")
    assert len(pieces) == 1
    assert pieces[0].startswith(b"HTTP/1.1 200 OK\r\n")
    assert pieces[0].endswith(b"\r\n\r\nsome")


def test_a_stream_is_sent_as_it_comes() -> None:
    """The head does not wait for the first event of a stream."""
    head, *events = answer(Wire(), [], b"", b"one", b"two")
    assert head.endswith(b"\r\n\r\n")
    assert events == [b"3\r\none\r\n", b"3\r\ntwo\r\n", b"0\r\n\r\n"]


def test_a_socket_tells_the_system_only_what_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float | None] = []
    tell = socket.socket.settimeout

    def settimeout(self: socket.socket, value: float | None) -> None:
        told.append(value)
        tell(self, value)

    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with theirs, staying_worker._calm(ours) as calm:
        assert calm.gettimeout() == 0.0
        monkeypatch.setattr(socket.socket, "settimeout", settimeout)
        for blocking in (False, True, True, False):
            calm.setblocking(blocking)
        calm.settimeout(None)
        theirs.sendall(b"some")
        assert calm.recv(4) == b"some"
    assert told == [None, 0.0, None]
