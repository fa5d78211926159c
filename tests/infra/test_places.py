"""A socket for each process: each serves its own, and everybody the socket of whoever is gone."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.places import Places

APP = """
import os
def app(environ, start_response):
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_each_has_one_and_everybody_serves_the_rest(tmp_path: Path) -> None:
    first, second, third = (str(tmp_path / name) for name in ("first", "second", "third"))
    one, two = Places([first, second, third]), Places([first, second, third])
    assert one.served() == {first, second, third}
    assert two.served() == {second, third}
    assert one.served() == {first, third}


def test_who_leaves_is_stood_in_for_and_may_come_back(tmp_path: Path) -> None:
    paths = [str(tmp_path / "first"), str(tmp_path / "second")]
    one, two = Places(paths), Places(paths)
    assert (len(one.served()), two.served(), one.served()) == (2, {paths[1]}, {paths[0]})
    one.leave()
    assert two.served() == set(paths)
    assert one.served() == {paths[0]}
    assert two.served() == {paths[1]}


def test_one_too_many_stands_by(tmp_path: Path) -> None:
    one, two = Places([str(tmp_path / "only")]), Places([str(tmp_path / "only")])
    assert len(one.served()) == 1
    assert two.served() == set()
    one.leave()
    assert len(two.served()) == 1


def test_a_killed_process_has_no_place(tmp_path: Path) -> None:
    path = str(tmp_path / "only")
    script = (
        "import sys, time; from infra.places import Places; p = Places(sys.argv[1:]); print(len(p.served()))"
    )
    command = [sys.executable, "-c", f"{script}; sys.stdout.flush(); time.sleep(60)", path]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert holder.stdout
    assert holder.stdout.readline() == b"1\n"
    assert Places([path]).served() == set()
    holder.kill()
    holder.wait()
    assert Places([path]).served() == {path}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], list[Path]]]:
    """Two processes and two sockets."""
    place = tmp_path_factory.mktemp("places")
    (place / "whoami.py").write_text(APP)
    sockets = [place / "api-0.sock", place / "api-1.sock"]
    options = ["-k", "infra.staying_worker.StayingWorker", "--workers", "2", "--no-control-socket"]
    binds = [f"--bind=unix:{path}" for path in sockets]
    path = os.pathsep.join([str(place), str(Path(__file__).parents[2])])
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *options, *binds, "whoami:app"],
        env={**os.environ, "PYTHONPATH": path},
        cwd=place,
    )
    until(lambda: all(path.exists() for path in sockets) and all(map(who_answers, sockets)))
    yield process, sockets
    process.send_signal(signal.SIGQUIT)
    process.wait(10)


def who_answers(path: Path) -> int:
    """The id of the process that answers a new connection at this socket."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(REQUEST)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
    return int(answer.rpartition(b"\r\n")[2])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def each_answers_at_its_own(sockets: list[Path]) -> bool:
    found = [{who_answers(path) for _ in range(10)} for path in sockets]
    return [len(pids) for pids in found] == [1, 1] and found[0] != found[1]


def test_each_process_answers_at_its_own_socket(
    server: tuple[subprocess.Popen[bytes], list[Path]],
) -> None:
    until(lambda: each_answers_at_its_own(server[1]))


def test_the_socket_of_a_killed_process_is_answered_before_and_after_another_comes(
    server: tuple[subprocess.Popen[bytes], list[Path]],
) -> None:
    _, sockets = server
    until(lambda: each_answers_at_its_own(sockets))
    killed, left = who_answers(sockets[0]), who_answers(sockets[1])
    os.kill(killed, signal.SIGKILL)
    for path in sockets * 5:
        assert who_answers(path) != killed
    until(lambda: each_answers_at_its_own(sockets))
    assert who_answers(sockets[1]) == left
